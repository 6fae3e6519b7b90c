import { expect, test } from 'vitest';
import type { Conversation } from '../../hub/shapes/conversations';
import { newestOf, openFirst } from './hers';

const one = (number: number, status: Conversation['status'], at: string) =>
  ({ number, status, opened_at: at, last: null }) as Conversation;

test('open ones first, the newest of each before the others', () => {
  const all = [
    one(1, 'resolved', '2026-03-21T10:00:00Z'),
    one(2, 'open', '2026-03-01T10:00:00Z'),
    one(3, 'snoozed', '2026-03-20T10:00:00Z'),
    one(4, 'open', '2026-03-02T10:00:00Z'),
  ];
  expect(openFirst(all).map((each) => each.number)).toEqual([4, 2, 3, 1]);
});

test('of what came by itself and what was read, the newer, whichever came first', () => {
  const at = (id: string, version: number) => ({ id, version }) as Conversation;
  const known = [at('came', 1), at('newer', 3), at('older', 1)];
  const read = [at('newer', 2), at('older', 2), at('read', 1)];
  const versions = Object.fromEntries(newestOf(known, read).map((one) => [one.id, one.version]));
  expect(versions).toEqual({ came: 1, newer: 3, older: 2, read: 1 });
});
