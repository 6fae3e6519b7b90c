import { expect, test } from 'vitest';
import type { Conversation } from '../../hub/shapes/conversations';
import { openFirst } from './hers';

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
