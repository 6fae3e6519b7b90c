/** What a dead event is and why, as a word of ours (hub/bus: isolation, funeral). */
import type { Words } from '../../../words/words.svelte';

type ReasonName = keyof Words['dead']['reasons'];

const BY_SENTENCE: readonly [RegExp, ReasonName][] = [
  [/^its worker died while handling it/, 'killed'],
  [/^the broker dead-lettered it/, 'broker'],
  [/^(EventInvalid|the event cannot be read|not an event)/, 'unreadable'],
];

export function reasonOf(said: string): ReasonName {
  return BY_SENTENCE.find(([pattern]) => pattern.test(said))?.[1] ?? 'fault';
}

/** `message.send.v1` is `message.send`. */
export const kindOf = (type: string) => type.replace(/\.v\d+$/, '');
