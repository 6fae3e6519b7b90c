/** Canned answers: finding one as somebody types `/…`, and filling its merge fields. Templates' places as well. */
import type { CannedAnswer } from '../../hub/shapes/customers';
import { fold } from '../inbox/views';

export interface Known {
  customerName: string | null;
  agentName: string;
  number: number;
}

/** What stands where the hub knows nothing: the agent sees it and writes over it. */
const OPEN = '⟨';
const CLOSE = '⟩';
const FIELD = /\{\{\s*([\w.]+)\s*\}\}/g;
const BLANK = /⟨[^⟨⟩]*⟩/;

/** The text with what is known; what is not stands as ⟨its name⟩, to be written by hand. */
export function filled(text: string, known: Known, nameOf: (field: string) => string): string {
  const values: Record<string, string | null> = {
    'customer.name': known.customerName,
    'customer.first_name': known.customerName?.trim().split(/\s+/u)[0] ?? null,
    'agent.name': known.agentName,
    'conversation.number': String(known.number),
  };
  return text.replace(FIELD, (_, field: string) => values[field] || OPEN + nameOf(field) + CLOSE);
}

/** Where the first thing stands that is still to be written by hand. */
export function blank(text: string): { from: number; to: number } | null {
  const found = BLANK.exec(text);
  return found ? { from: found.index, to: found.index + found[0].length } : null;
}

/** What is being asked for before the cursor: `/deli` at the beginning of a word, `@mi` in a note. */
export function asked(text: string, cursor: number, sign: '/' | '@'): { from: number; words: string } | null {
  const before = text.slice(0, cursor);
  const found = (sign === '/' ? /(?:^|\s)(\/[^\s/]*)$/u : /(?:^|\s)(@[^@\n]{0,40})$/u).exec(before);
  const word = found?.[1];
  return word === undefined ? null : { from: cursor - word.length, words: word.slice(1) };
}

/** Those that fit, best first: by the shortcut's beginning, then words of the title or text; her language before others. */
export function fitting(
  all: readonly CannedAnswer[],
  words: string,
  language: string | null,
  most = 8,
): CannedAnswer[] {
  const wanted = fold(words);
  const rank = (one: CannedAnswer) => {
    if (fold(one.shortcut).startsWith(wanted)) return 0;
    if (fold(one.title).includes(wanted)) return 1;
    return fold(one.text).includes(wanted) ? 2 : -1;
  };
  const foreign = (one: CannedAnswer) => Number(one.language !== null && one.language !== language);
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter((one) => one.rank >= 0)
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        foreign(a.one) - foreign(b.one) ||
        (a.one.shortcut < b.one.shortcut ? -1 : Number(a.one.shortcut > b.one.shortcut)),
    )
    .slice(0, most)
    .map(({ one }) => one);
}

/** The places of a template, `{{1}}` or `{{name}}`, each once. */
export function places(body: string): string[] {
  return [...new Set([...body.matchAll(FIELD)].map((found) => found[1] ?? ''))];
}

export function inPlaces(body: string, variables: Record<string, string>): string {
  return body.replace(FIELD, (whole, place: string) => variables[place] || whole);
}

/** Whose name stands after an @ in a note. */
export function mentioned<T extends { name: string }>(text: string, agents: Iterable<T>): T[] {
  const said = fold(text);
  return [...agents].filter((one) => said.includes(`@${fold(one.name)}`));
}
