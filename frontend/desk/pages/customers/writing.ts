/** Which of our addresses a first message can go out from. Pure. */
import type { Conversation } from '../../hub/shapes/conversations';
import type { ChannelName } from '../../hub/shapes/people';

interface Ours {
  /** As `POST /messages` takes it: `+98…` or `whatsapp:+98…`. */
  from: string;
  channel: ChannelName;
}

/** `tel:+98…` is a text, `whatsapp:+98…` is WhatsApp; what is neither cannot write to a telephone number. */
export function oursOf(address: string): Ours | null {
  const bare = address.replace(/^tel:/, '');
  if (/^\+\d+$/.test(bare)) return { from: bare, channel: 'sms' };
  return /^whatsapp:\+\d+$/.test(bare) ? { from: bare, channel: 'whatsapp' } : null;
}

/** Every address that some of these stand for, each once; texts first. */
export function known(addresses: Iterable<string>): Ours[] {
  const found = new Map<string, Ours>();
  for (const address of addresses) {
    const ours = oursOf(address);
    if (ours) found.set(ours.from, ours);
  }
  return [...found.values()].sort(
    (a, b) => a.channel.localeCompare(b.channel) || a.from.localeCompare(b.from),
  );
}

export function* addressesIn(conversations: Iterable<Conversation>): Generator<string> {
  for (const one of conversations) yield one.our_address;
}

/** The addresses a problem of the hub names: "ours: +9821…, whatsapp:+9821…". */
export function named(text: string): string[] {
  return text.match(/(?:whatsapp:)?\+\d{4,15}/g) ?? [];
}

/** A number as it is typed, with Latin digits and without what people put between them. */
export function typedNumber(text: string): string {
  return text
    .replace(/[٠-٩۰-۹]/g, (one) => String((one.codePointAt(0) ?? 0) & 15))
    .replace(/[\s().\-–\u200c\u200e\u200f\u202a-\u202e]/g, '')
    .replace(/^00/, '+');
}

/** For where no element can keep it apart, as in a list of the browser: a number that reads from left to right. */
export function isolated(number: string): string {
  return `\u2066${number}\u2069`;
}
