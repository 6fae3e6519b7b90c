/**
 * Addresses and telephone numbers in what somebody wrote, as links. Only http, https, mailto and tel; what is shown is
 * what was written, and where it leads is what is shown, so no link poses as another.
 */
export interface Piece {
  text: string;
  href: string | null;
}

const DIGIT = '[0-9۰-۹٠-٩]';
const WEB = String.raw`(?:https?:\/\/|www\.)[^\s<>"'«»“”‘’،؛؟\u0000-\u001f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+`;
const MAIL = String.raw`[\p{L}\p{N}._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}`;
const PHONE = String.raw`(?<![\p{L}\p{N}_/.-])(?:\+|00)?${DIGIT}(?:[ ()\u00a0-]{0,2}${DIGIT}){7,14}(?![\p{L}\p{N}_])`;
const FOUND = new RegExp(`(?<web>${WEB})|(?<mail>${MAIL})|(?<phone>${PHONE})`, 'giu');
/** What ends a sentence and not an address. */
const AFTER = /[.,;:!?…)\]}'"*_،؛؟]+$/u;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(FOUND)) {
    const link = linked(match);
    if (!link) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index), href: null });
    pieces.push(link);
    done = match.index + link.text.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done), href: null });
  return pieces;
}

function linked(match: RegExpMatchArray): Piece | null {
  const { web, mail, phone } = match.groups ?? {};
  if (web) return ofWeb(trimmed(web));
  if (mail) return { text: mail, href: `mailto:${mail}` };
  return phone ? ofPhone(phone) : null;
}

/** Without the punctuation of its sentence; a bracket that was opened in the address stays. */
function trimmed(address: string): string {
  const end = AFTER.exec(address);
  if (!end) return address;
  const bare = address.slice(0, end.index);
  const opened = (bare.match(/\(/g) ?? []).length - (bare.match(/\)/g) ?? []).length;
  return opened > 0 && end[0].startsWith(')') ? trimmedTo(bare + ')', address) : bare;
}

const trimmedTo = (known: string, address: string) => known + trimmed(address.slice(known.length));

function ofWeb(written: string): Piece | null {
  const href = /^www\./i.test(written) ? `https://${written}` : written;
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  // A name before an @ makes the rest of the address look like something else.
  return url.username || url.password || !url.hostname.includes('.')
    ? null
    : { text: written, href: url.href };
}

function ofPhone(written: string): Piece | null {
  const digits = latinDigits(written).replace(/[^\d+]/g, '');
  return /^(\+|00|0)\d{7,14}$/.test(digits) ? { text: written, href: `tel:${digits}` } : null;
}

function latinDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/g, (one) => String((one.codePointAt(0) ?? 0) & 15));
}
