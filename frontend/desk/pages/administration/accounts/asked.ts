/** What a form about an account asks of the hub, and what is wrong with it before it is asked. */
import type { AdapterKind } from '../../../hub/shapes/administration';
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

/** What the hub refuses, at the setting that its sentence begins with; at none if it names no field of the form. */
export function placed(kind: AdapterKind, refused: string | undefined): Texts {
  const name = /^[a-z_]+(?=[\s.:])/.exec(refused ?? '')?.[0];
  const field = kind.settings.find((one) => one.name === name);
  return field && refused ? { [field.name]: refused } : {};
}
