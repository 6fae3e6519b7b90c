/**
 * What the hub refuses, as sentences in the language spoken. A line that is not known in it stays as the hub wrote it,
 * kept apart from what stands around it. Asked for in a template, it follows a change of the language.
 */
import { isolated } from '../design/isolate';
import { plain } from '../design/plain';
import { say } from './words.svelte';

interface Refusal {
  readonly detail: string;
  readonly mend: string | null;
}

/** What is wrong. */
export const wrongOf = (refusal: Refusal): string => sentence(refusal.detail);

/** What to do about it, if the hub knows that. */
export const mendOf = (refusal: Refusal): string | null => (refusal.mend ? sentence(refusal.mend) : null);

/** Both, for where one text stands, as at a field. */
export const whole = (refusal: Refusal): string =>
  [wrongOf(refusal), mendOf(refusal)].filter(Boolean).join(' ');

/** One line of the hub's. */
export function sentence(line: string): string {
  const known = say().refused.told(plain(line));
  return known === null ? isolated(ended(plain(line))) : ended(known);
}

/** With a capital, unless it begins with the name of a setting or a number of ours, and with a stop. */
const ended = (line: string) =>
  line.replace(/^[a-z](?=[a-z']*[ ,;])/, (first) => first.toUpperCase()).replace(/[^.!?؟…]$/, '$&.');
