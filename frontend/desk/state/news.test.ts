import { expect, test } from 'vitest';
import type { Conversation } from '../hub/shapes/conversations';
import { news } from './news';

const one = (given: Partial<Conversation>) =>
  ({
    assignee_id: 'mina',
    status: 'open',
    waiting_since: '2026-03-21T10:00:00Z',
    last_inbound_at: '2026-03-21T10:00:00Z',
    rearranged_at: null,
    ...given,
  }) as Conversation;

test('what became hers is told, what was hers is not', () => {
  expect(news(one({}), one({ assignee_id: null }), 'mina')).toBe('given');
  expect(news(one({}), one({ assignee_id: 'ali' }), 'mina')).toBe('given');
  expect(news(one({}), one({}), 'mina')).toBeNull();
  expect(news(one({}), undefined, 'mina')).toBeNull();
});

test('what came by a join was not written now', () => {
  const joined = one({ last_inbound_at: '2026-03-21T10:01:00Z', rearranged_at: '2026-03-21T10:02:00Z' });
  expect(news(joined, one({}), 'mina')).toBeNull();
});

test('a new message is told to her who holds it, and to nobody else', () => {
  const newer = one({ last_inbound_at: '2026-03-21T10:01:00Z' });
  expect(news(newer, one({}), 'mina')).toBe('wrote');
  expect(news(newer, one({}), 'ali')).toBeNull();
  expect(news(newer, one({}), null)).toBeNull();
});

test('what she may accept is told once, and not again when she has accepted it', () => {
  const offered = one({ assignee_id: null, offered_to: 'mina', offered_until: '2026-03-21T10:00:30Z' });
  const inLine = one({ assignee_id: null, offered_to: null });
  expect(news(offered, inLine, 'mina')).toBe('offered');
  expect(news(offered, inLine, 'ali')).toBeNull();
  expect(news(offered, offered, 'mina')).toBeNull();
  expect(news({ ...offered, offered_until: '2026-03-21T10:01:00Z' }, offered, 'mina')).toBe('offered');
  expect(news(one({ offered_to: null }), offered, 'mina')).toBeNull();
  expect(news(one({ offered_to: null, assignee_id: 'ali' }), offered, 'mina')).toBe('gone');
  expect(news(inLine, offered, 'mina')).toBeNull();
});
