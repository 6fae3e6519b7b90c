/** What a form about an account asks of the hub, and what is wrong with it before it is asked. */
import type { AdapterKind } from '../../../hub/shapes/administration';
import { sentence } from '../../../words/refusal';
import type { Words } from '../../../words/words.svelte';
import { badLine, missing, OTHERS, type Texts } from './values';

/** By the setting's name. */
export function wrongOf(kind: AdapterKind, values: Texts, words: Words['accounts']): Texts {
  const wrong: Texts = {};
  for (const one of missing(kind, values)) wrong[one.name] = words.fillIn;
  const tables = kind.settings.filter((one) => one.type === 'table').map((one) => one.name);
  for (const name of [...tables, OTHERS]) {
    const line = badLine(values[name] ?? '');
    if (line !== null) wrong[name] = words.badLine(line);
  }
  return wrong;
}

/** Without those that were opened and left empty. */
export function secretsOf(entered: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(entered).filter(([, value]) => value !== ''));
}

/**
 * What the hub refuses, each fault at the setting that its clause begins with, together with the clauses after it that
 * begin with none; at none at all if the first names no field of the form.
 */
export function placed(kind: AdapterKind, refused: string | undefined): Texts {
  const faults: Record<string, string[]> = {};
  let at: string | undefined;
  for (const clause of refused?.split('; ') ?? []) {
    const name = /^[a-z_]+(?=[\s.:])/.exec(clause)?.[0];
    at = kind.settings.find((one) => one.name === name)?.name ?? at;
    if (at === undefined) return {};
    (faults[at] ??= []).push(clause);
  }
  return Object.fromEntries(Object.entries(faults).map(([name, said]) => [name, sentence(said.join('; '))]));
}
