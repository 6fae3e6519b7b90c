import { expect, test } from 'vitest';
import type { Decision, Interaction } from '../../hub/shapes/conversations';
import { held } from '../../state/outboxRules';
import { after, merged, readUntil, weave, type Woven } from './weaving';

const one = (id: string, minute: number, more: Partial<Interaction> = {}): Interaction => ({
  id,
  customer_id: 'c',
  conversation_id: 'k',
  channel: 'sms',
  direction: 'inbound',
  contact_point: 'tel:+98912',
  our_address: 'tel:+9821',
  agent_id: null,
  accepted_at: new Date(2026, 10, 25, 12, minute).toISOString(),
  text: id,
  delivery: null,
  delivery_reason: null,
  delivery_code: null,
  provider_id: null,
  ...more,
});
const decided = (kind: string, minute: number, refused = false): Decision => ({
  event_id: kind,
  at: new Date(2026, 10, 25, 12, minute).toISOString(),
  kind,
  refused,
  agent_id: null,
  sentence: '',
  reasons: {},
});
const lines = (more: Partial<Woven>) =>
  weave({ interactions: [], decisions: [], pending: [], whole: true, readTo: null, ...more });
const keys = (more: Partial<Woven>) =>
  lines(more).map((line) => line.type + (line.type === 'interaction' ? ` ${line.key}` : ''));

test('days part what was written, and decisions stand between', () => {
  const yesterday = one('a', -24 * 60);
  const decisions = [
    decided('assigned', 1),
    decided('kept', 2),
    decided('refused', 2, true),
    decided('resolved', 9),
  ];
  expect(keys({ interactions: [yesterday, one('b', 0), one('c', 5)], decisions })).toEqual([
    'top',
    'day',
    'interaction a',
    'day',
    'interaction b',
    'decision',
    'interaction c',
    'decision',
  ]);
});

test('decisions of what is not loaded yet are not told', () => {
  expect(keys({ interactions: [one('c', 5)], decisions: [decided('assigned', 1)], whole: false })).toEqual([
    'top',
    'day',
    'interaction c',
  ]);
});

test('what one person writes in a moment stands together', () => {
  const woven = lines({
    interactions: [one('a', 0), one('b', 1), one('c', 9), one('d', 10, { channel: 'whatsapp' })],
  });
  expect(woven.flatMap((line) => (line.type === 'interaction' ? [line.joined] : []))).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('the unread line stands once, before what the customer wrote since', () => {
  const interactions = [one('a', 0), one('b', 4, { direction: 'outbound' }), one('c', 5), one('d', 6)];
  const readTo = Date.parse(one('x', 3).accepted_at);
  expect(keys({ interactions, readTo })).toEqual([
    'top',
    'day',
    'interaction a',
    'interaction b',
    'unread',
    'interaction c',
    'interaction d',
  ]);
});

test('what is on its way stands last, and once', () => {
  const item = held({
    key: 'p',
    conversation: 'k',
    kind: 'messages',
    body: {},
    shown: { text: '', channel: 'sms', files: [] },
    at: Date.parse(one('x', 7).accepted_at),
    tab: 't',
    owner: 'a',
  });
  expect(keys({ interactions: [one('a', 0)], pending: [item] }).at(-1)).toBe('pending');
});

test('until when she has read', () => {
  const interactions = [one('a', 0), one('b', 4, { direction: 'outbound', agent_id: 'me' }), one('c', 5)];
  expect(readUntil(interactions, false, null, 'me')).toBeNull();
  expect(readUntil(interactions, true, null, 'me')).toBe(Date.parse(one('b', 4).accepted_at));
  const seen = Date.parse(one('c', 5).accepted_at);
  expect(readUntil(interactions, true, seen, 'me')).toBe(seen);
  expect(readUntil([one('a', 0)], true, null, 'me')).toBe(0);
});

test('what an older page brings is no news', () => {
  const seen = Date.parse(one('b', 4).accepted_at);
  expect(after([one('a', 0), one('b', 4), one('c', 5)], seen).map((each) => each.id)).toEqual(['c']);
});

test('a page brings newer versions and takes what was split off', () => {
  const known = [one('a', 0), one('b', 1), one('c', 2)];
  const page = [one('c', 2, { delivery: 'read' }), one('d', 3)];
  const from = Date.parse(one('x', 1).accepted_at);
  const after = merged(known, page, { from, whole: false });
  expect(after.map((each) => each.id)).toEqual(['a', 'b', 'c', 'd']);
  expect(after[2]?.delivery).toBe('read');
  expect(merged(known, [one('c', 2)], { from: 0, whole: true }).map((each) => each.id)).toEqual(['c']);
  expect(
    merged(known, [one('a', 0)], { from: Date.parse(one('x', -1).accepted_at), whole: false }).map(
      (e) => e.id,
    ),
  ).toEqual(['a']);
});
