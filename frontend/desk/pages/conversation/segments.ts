/**
 * How many SMS a text takes (semantics D): GSM-7 160 or 153 septets, UCS-2 70 or 67 units; characters of the extension
 * table count two, and neither they nor a surrogate pair are ever split. 3GPP TS 23.038, section 6.2.1.
 */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('\f^{}\\[~]|€');

/** What phones and word processors put in by themselves, and what says the same in GSM-7. */
const REPLACED: Record<string, string> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201a': "'",
  '\u2032': "'",
  '\u00b4': "'",
  '`': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u201e': '"',
  '\u2033': '"',
  '\u00ab': '"',
  '\u00bb': '"',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2014': '-',
  '\u2212': '-',
  '\u2026': '...',
  '\u2022': '-',
  '\u00d7': 'x',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
  '\u200b': '',
  '\ufeff': '',
  '\u00ad': '',
  '\t': ' ',
};

interface Counted {
  encoding: 'gsm7' | 'ucs2';
  segments: number;
  /** Units used in the last segment, and those it holds. */
  used: number;
  room: number;
  /** What makes it UCS-2, each once, in the order of the text. */
  culprits: string[];
  /** All of them have something that says the same in GSM-7. */
  mendable: boolean;
}

export function countSegments(text: string): Counted {
  const all = [...text];
  const culprits = [...new Set(all.filter((one) => !BASIC.has(one) && !EXTENDED.has(one)))];
  const plain = culprits.length === 0;
  const widths = all.map((one) => (plain ? (EXTENDED.has(one) ? 2 : 1) : one.length));
  return {
    encoding: plain ? 'gsm7' : 'ucs2',
    ...(plain ? fill(widths, 160, 153) : fill(widths, 70, 67)),
    culprits,
    mendable: !plain && culprits.every((one) => one in REPLACED),
  };
}

function fill(widths: number[], single: number, part: number): Pick<Counted, 'segments' | 'used' | 'room'> {
  const sum = widths.reduce((before, width) => before + width, 0);
  if (sum <= single) return { segments: 1, used: sum, room: single };
  let [segments, used] = [1, 0];
  for (const width of widths) {
    if (used + width > part) [segments, used] = [segments + 1, 0];
    used += width;
  }
  return { segments, used, room: part };
}

/** The same text with what GSM-7 has. What has no equal stays. */
export function mended(text: string): string {
  return [...text].map((one) => REPLACED[one] ?? one).join('');
}

/** What so many segments cost, exactly: the price is a decimal number as text. */
export function cost(amount: string, segments: number): number {
  const places = amount.split('.')[1]?.length ?? 0;
  return (Math.round(Number(amount) * 10 ** places) * segments) / 10 ** places;
}
