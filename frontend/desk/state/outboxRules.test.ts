import { expect, test } from 'vitest';
import { Away, Problem } from '../hub/client';
import type { Interaction } from '../hub/shapes/conversations';
import * as rules from './outboxRules';

const at = 1_000_000;
const make = (more: Partial<rules.Item> = {}): rules.Item => ({
  ...rules.held({
    key: 'k1',
    conversation: 'c1',
    kind: 'messages',
    body: { text: 'hi' },
    shown: { text: 'hi', channel: 'sms', files: [] },
    at,
    tab: 'here',
    owner: 'a1',
  }),
  ...more,
});
const problem = (status: number, retryAfter: number | null = null) =>
  new Problem(status, 'conflict', 'Mina has it', 'ask her', null, retryAfter);

test('an answer is held for ten seconds, a note is not', () => {
  expect(rules.due([make()], 'here', at + 9_999)).toEqual([]);
  expect(rules.due([make()], 'here', at + 10_000)).toHaveLength(1);
  const note = rules.held({ ...make(), kind: 'notes' });
  expect(rules.due([note], 'here', at)).toHaveLength(1);
});

test('only what has not left can be taken back', () => {
  expect(rules.canUndo(make())).toBe(true);
  for (const state of ['waiting', 'sending', 'asked', 'refused'] as const)
    expect(rules.canUndo(make({ state }))).toBe(false);
  expect(rules.released(make(), at + 5)).toMatchObject({ state: 'waiting', next: at + 5 });
});

test('a lost answer is asked for again with the same key', () => {
  const sending = rules.started(make({ state: 'waiting' }));
  const again = rules.failed(sending, new Away('cut'), at);
  expect(again).toMatchObject({ key: 'k1', body: { text: 'hi' }, state: 'waiting', next: at + 1_000 });
  const third = rules.failed(rules.started(rules.started(again)), new Away('cut'), at);
  expect(third.next).toBe(at + 4_000);
  expect(rules.failed({ ...again, tries: 50 }, new Away('cut'), at).next).toBe(at + 30_000);
});

test('the hub is busy or away: again, when it says', () => {
  for (const status of [500, 503, 429, 401, 408])
    expect(rules.failed(rules.started(make()), problem(status), at).state).toBe('waiting');
  expect(rules.failed(rules.started(make()), problem(503, 7), at).next).toBe(at + 7_000);
});

test('what is refused stays, with the reason, and does not stop what comes after it', () => {
  const refused = rules.failed(rules.started(make()), problem(409), at);
  expect(refused).toMatchObject({ state: 'refused', refusal: { detail: 'Mina has it', mend: 'ask her' } });
  const next = make({ key: 'k2', at: at + 1, state: 'waiting' });
  expect(rules.due([refused, next], 'here', at + 20_000)).toEqual([next]);
  expect(rules.nextDue([refused], 'here')).toBeNull();
});

test('whatever the hub has not said is no answer', () => {
  const again = rules.failed(rules.started(make()), new TypeError('terminated'), at);
  expect(again).toMatchObject({ state: 'waiting', next: at + 1_000 });
});

test('one after another in a conversation, side by side in several', () => {
  const first = rules.started(make());
  const second = make({ key: 'k2', at: at + 1, state: 'waiting', next: at });
  const elsewhere = make({ key: 'k3', conversation: 'c2', state: 'waiting', next: at });
  const note = make({ key: 'k4', kind: 'notes', state: 'waiting', next: at });
  const due = rules.due([note, second, elsewhere, first], 'here', at + 5);
  expect(due.map((item) => item.key)).toEqual(['k3', 'k4']);
});

test('202: the outcome is looked at until it is known', () => {
  const pending = { id: 'k1', state: 'pending', outcome: '/api/v1/outcomes/k1' } as const;
  const next = rules.answered(rules.started(make()), 202, pending, at);
  if (!('item' in next)) throw new Error('it should be awaited');
  expect(next.item).toMatchObject({ state: 'asked', outcome: '/api/v1/outcomes/k1', next: at + 1_000 });
  expect(rules.looked(next.item, { state: 'pending' }, at)).toMatchObject({ item: { state: 'asked' } });
  const refused = rules.looked(next.item, { state: 'refused', decision: { sentence: 'Ali has it.' } }, at);
  expect(refused).toMatchObject({ item: { state: 'refused', refusal: { detail: 'Ali has it.' } } });
  const interaction = { id: 'k1' } as Interaction;
  expect(rules.looked(next.item, { state: 'done', interaction }, at)).toEqual({ done: interaction });
  expect(rules.failed(next.item, new Away('cut'), at).state).toBe('asked');
});

test('201: the hub has it', () => {
  const interaction = { id: 'i1' } as Interaction;
  expect(rules.answered(make(), 201, interaction, at)).toEqual({ done: interaction });
});

test('a reload in each state', () => {
  const after = (state: rules.Standing) => rules.found(make({ state, next: at + 10_000 }), 'new', at);
  expect(after('held')).toMatchObject({ state: 'held', next: at + 10_000, tab: 'new' });
  expect(after('waiting')).toMatchObject({ state: 'waiting', next: at, key: 'k1' });
  expect(after('sending')).toMatchObject({ state: 'waiting', next: at, key: 'k1' });
  expect(after('asked')).toMatchObject({ state: 'asked', next: at });
  expect(after('refused')).toMatchObject({ state: 'refused' });
});

test('another tab leaves it alone', () => {
  expect(rules.due([make()], 'there', at + 20_000)).toEqual([]);
  expect(rules.nextDue([make()], 'there')).toBeNull();
});

test('the line is back: what waits does not wait longer, what is held does', () => {
  expect(rules.hurried(make({ state: 'waiting', next: at + 30_000 }), at).next).toBe(at);
  expect(rules.hurried(make(), at).next).toBe(at + 10_000);
});

test('what waits behind another wakes nobody before its turn', () => {
  const second = make({ key: 'k2', at: at + 1, state: 'waiting', next: at });
  expect(rules.nextDue([make(), second], 'here')).toBe(at + 10_000);
  expect(rules.nextDue([rules.started(make()), second], 'here')).toBeNull();
});

test('as the page closes, what is small enough goes out', () => {
  const long = make({ key: 'k2', at: at + 1, body: { text: 'x'.repeat(20_000) } });
  const other = make({ key: 'k3', tab: 'there' });
  expect(rules.lastWords([long, other, make()], 'here').map((item) => item.key)).toEqual(['k1']);
});
