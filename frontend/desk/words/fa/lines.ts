/** Sentences of the hub that are known by a pattern, and how they read in Persian. */
export type Lines = readonly (readonly [RegExp, string])[];

const persian = (text: string) =>
  text.replace('.', '٫').replace(/\d/g, (one) => String.fromCharCode(0x06f0 + Number(one)));

/**
 * The first that fits, filled in. `$1` is a name, an address or what somebody else says: it stays as it is, kept apart
 * from the sentence around it (first strong isolate). `%1` is a count: it gets Persian digits.
 */
export function known(lines: Lines, said: string): string | null {
  for (const [pattern, words] of lines) {
    const seen = pattern.exec(said);
    if (seen)
      return words.replace(/([$%])(\d)/g, (_, sign: string, place: string) => {
        const part = seen[Number(place)] ?? '';
        return sign === '%' ? persian(part) : `\u2068${part}\u2069`;
      });
  }
  return null;
}
