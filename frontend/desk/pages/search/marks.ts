/** Where the words that were looked for stand in a text. Pure; what is found is told in pieces, never as markup. */
import { fold } from '../inbox/views';

export interface Piece {
  text: string;
  found: boolean;
}

const WORD = /[\p{L}\p{M}\p{N}_]+(?:\u200c[\p{L}\p{M}\p{N}_]+)*/gu;
/** Letters shown before the first word found, where a long text is cut. */
const BEFORE = 40;

/** The words of a question as they are compared; joined and parted at a zero-width non-joiner. */
function wordsOf(query: string): string[] {
  const words = (query.match(WORD) ?? []).flatMap((word) => [word, ...word.split('\u200c')]);
  return [...new Set(words.map(fold))].filter((word) => word !== '');
}

export function pieces(text: string, query: string): Piece[] {
  const wanted = wordsOf(query);
  const made: Piece[] = [];
  let from = 0;
  for (const [begin, end] of places(text, wanted)) {
    if (begin > from) made.push({ text: text.slice(from, begin), found: false });
    made.push({ text: text.slice(begin, end), found: true });
    from = end;
  }
  if (from < text.length) made.push({ text: text.slice(from), found: false });
  return made;
}

/** A long text from shortly before the first word found. */
export function around(text: string, query: string, most = 240): string {
  const first = places(text, wordsOf(query)).next();
  const begin = first.done ? 0 : first.value[0];
  if (begin <= BEFORE * 2) return cut(text, 0, most);
  const space = text.lastIndexOf(' ', begin - BEFORE);
  return `… ${cut(text, space < 0 ? begin : space + 1, most)}`;
}

const cut = (text: string, from: number, most: number) =>
  text.length > from + most ? `${text.slice(from, from + most)}…` : text.slice(from);

function* places(text: string, wanted: readonly string[]): Generator<[number, number], undefined> {
  if (!wanted.length) return;
  for (const match of text.matchAll(WORD)) {
    let at = match.index;
    const whole = beginsWith(match[0], wanted);
    const parts = whole ? [match[0]] : match[0].split('\u200c');
    for (const part of parts) {
      const length = beginsWith(part, wanted);
      if (length) yield [at, at + length];
      at += part.length + 1;
    }
  }
}

/** How many letters of the word, as it is written, the longest of the wanted beginnings takes; 0 if none fits. */
function beginsWith(word: string, wanted: readonly string[]): number {
  const folded = fold(word);
  const longest = Math.max(0, ...wanted.filter((one) => folded.startsWith(one)).map((one) => one.length));
  if (!longest) return 0;
  let end = 0;
  while (end < word.length && fold(word.slice(0, end)).length < longest) end += 1;
  // Marks above and below belong to the letter before them.
  while (end < word.length && /\p{M}/u.test(word[end] ?? '')) end += 1;
  return end;
}
