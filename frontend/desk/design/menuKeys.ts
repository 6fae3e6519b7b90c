/** The keys of an open menu: https://www.w3.org/WAI/ARIA/apg/patterns/menubar/#keyboardinteraction */

const TOGETHER = 600;
const folded = (text: string) => text.toLocaleLowerCase();

/** The line that an arrow, Home or End leads to from the one at this place (-1: from none), else null. */
export function lineFor(key: string, place: number, many: number): number | null {
  if (!many) return null;
  if (key === 'ArrowDown') return (place + 1) % many;
  if (key === 'ArrowUp') return place > 0 ? place - 1 : many - 1;
  if (key === 'Home') return 0;
  return key === 'End' ? many - 1 : null;
}

/** What somebody types in a row finds the line that begins with it. */
export class Typing {
  #text = '';
  #last = -Infinity;

  /** The line meant by this letter typed at that time (ms); one letter again and again goes from line to line. */
  find(letter: string, at: number, place: number, labels: readonly string[]): number | null {
    const goesOn = at - this.#last < TOGETHER && this.#text !== folded(letter);
    this.#last = at;
    this.#text = (goesOn ? this.#text : '') + folded(letter);
    const from = Math.max(0, goesOn ? place : place + 1);
    const inTurn = [...labels.keys()].map((step) => (from + step) % labels.length);
    return inTurn.find((one) => folded(labels[one] ?? '').startsWith(this.#text)) ?? null;
  }
}
