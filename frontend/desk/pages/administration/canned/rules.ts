/** What the hub takes as a canned answer (hub/organisation/canned), so that it is said before it is sent. */
import { named } from '../../../design/isolate';
import type { CannedAnswer } from '../../../hub/shapes/customers';
import { fold } from '../../inbox/views';

export const FIELDS = ['customer.name', 'customer.first_name', 'agent.name', 'conversation.number'] as const;
export const MOST = { shortcut: 40, title: 200, text: 5_000 } as const;

const PLACE = /\{\{[ \t]*([^{}]*?)[ \t]*(\}\}|$|[{}])/gm;

/** The first place of the text that is no merge field, as it stands there; null if all are. */
export function unknownField(text: string): string | null {
  for (const [whole, name, end] of text.matchAll(PLACE))
    if (end !== '}}' || !FIELDS.some((field) => field === name)) return whole;
  return null;
}

const FIELD = /\{\{[ \t]*([\w.]+)[ \t]*\}\}/g;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc]/;

/** The text as somebody reads it who looks for it: each field by its name, in ⟨…⟩ and set apart. */
export const readable = (text: string, nameOf: (field: string) => string) =>
  text.replace(FIELD, (_, field: string) => named(`⟨${nameOf(field)}⟩`));

/** The direction of what was written, whatever the fields are called that it begins with. */
export function directionOf(text: string): 'rtl' | 'ltr' | 'auto' {
  const letter = /\p{L}/u.exec(text.replace(FIELD, ''))?.[0];
  if (letter === undefined) return 'auto';
  return RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}

export const isShortcut = (word: string) => /^[^\s/]+$/u.test(word) && [...word].length <= MOST.shortcut;

/** Those that have all these words somewhere: in the shortcut, the title, the text or the team's name. */
export function found(
  all: readonly CannedAnswer[],
  words: string,
  teamOf: (answer: CannedAnswer) => string,
): CannedAnswer[] {
  const wanted = fold(words).replace(/^\//, '').split(' ');
  return all.filter((one) => {
    const said = fold(`${one.shortcut} ${one.title} ${one.text} ${teamOf(one)}`);
    return wanted.every((word) => said.includes(word));
  });
}
