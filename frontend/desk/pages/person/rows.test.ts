import { expect, test } from 'vitest';
import type { Interaction } from '../../hub/shapes/conversations';
import { merged, rowsOf } from './rows';

const one = (id: string, at: string, conversation = 'a') =>
  ({ id, accepted_at: at, conversation_id: conversation }) as Interaction;

const kinds = (items: Interaction[], by: 'day' | 'conversation') => rowsOf(items, by).map((row) => row.kind);

test('each day has one heading', () => {
  const items = [
    one('3', '2026-03-21T12:00:00'),
    one('2', '2026-03-21T11:00:00'),
    one('1', '2026-03-20T23:59:00'),
  ];
  expect(kinds(items, 'day')).toEqual(['day', 'one', 'one', 'day', 'one']);
});

test('a conversation that another interrupts has two headings, with keys of their own', () => {
  const items = [
    one('3', '2026-03-21T12:00:00', 'a'),
    one('2', '2026-03-21T11:00:00', 'b'),
    one('1', '2026-03-20T10:00:00', 'a'),
  ];
  const rows = rowsOf(items, 'conversation');
  expect(rows.filter((row) => row.kind === 'conversation').map((row) => row.id)).toEqual(['a', 'b', 'a']);
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
});

test('the newest page again brings news and changes, and keeps what is older', () => {
  const known = [one('2', 't2'), one('1', 't1')];
  const fresh = [one('3', 't3'), { ...one('2', 't2'), delivery: 'read' } as Interaction];
  expect(merged(known, fresh)?.map((each) => [each.id, each.delivery])).toEqual([
    ['3', undefined],
    ['2', 'read'],
    ['1', undefined],
  ]);
});

test('a page that does not reach what is known leaves a gap, which is said', () => {
  expect(merged([one('1', 't1')], [one('9', 't9')])).toBeNull();
  expect(merged([], [one('9', 't9')])).toHaveLength(1);
  expect(merged([one('1', 't1')], [])).toHaveLength(1);
});

test('20,000 interactions are in rows within a frame or two', () => {
  const items = Array.from({ length: 20_000 }, (_, place) =>
    one(String(place), new Date(1.79e12 - place * 600_000).toISOString(), String(place % 7)),
  );
  rowsOf(items, 'day');
  const begin = performance.now();
  expect(rowsOf(items, 'day').length).toBeGreaterThan(20_000);
  expect(performance.now() - begin).toBeLessThan(200);
});
