import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../hub/shapes/conversations';
import { BELONGS, count, fold, haste, inOrder, passes, type Filter } from './views';

const at = (minute: number) => `2026-03-21T10:${String(minute).padStart(2, '0')}:00Z`;

function conversation(given: Partial<Conversation> = {}): Conversation {
  return {
    id: 'c1',
    number: 1,
    customer_id: 'p1',
    customer_name: 'سارا احمدی',
    customer_language: 'fa',
    channel: 'sms',
    account: 'sms_twilio/default',
    contact_point: 'tel:+989121234567',
    our_address: 'tel:+982100002020',
    previous_id: null,
    opened_at: at(0),
    version: 1,
    status: 'open',
    priority: 'normal',
    team_id: 't1',
    assignee_id: null,
    offered_to: null,
    offered_until: null,
    waiting_since: at(0),
    due: at(10),
    reply_due: null,
    snoozed_until: null,
    resolved_at: null,
    topic: null,
    outcome: null,
    last_inbound_at: at(0),
    last_answer_at: null,
    next_at: null,
    free_text_until: null,
    last: null,
    unread: false,
    mentioned: false,
    joined_into: null,
    rearranged_at: null,
    ...given,
  };
}

const ALL: Filter = { channel: null, team: null, assignee: null, language: null, waiting: false, words: '' };
const mina = { agentId: 'mina', teams: new Set(['t1']), leads: false };

describe('views', () => {
  test('hers are hers while they are open', () => {
    expect(BELONGS.mine(conversation({ assignee_id: 'mina' }), mina)).toBe(true);
    expect(BELONGS.mine(conversation({ assignee_id: 'ali' }), mina)).toBe(false);
    expect(BELONGS.mine(conversation({ assignee_id: 'mina', status: 'snoozed' }), mina)).toBe(false);
  });

  test('what a colleague is offered waits for nobody else; who leads sees it', () => {
    const offered = conversation({ offered_to: 'ali', offered_until: at(1) });
    expect(BELONGS.team(offered, mina)).toBe(false);
    expect(BELONGS.unassigned(offered, mina)).toBe(false);
    expect(BELONGS.unassigned(offered, { ...mina, leads: true })).toBe(true);
  });

  test('a token without an agent has none of its own, not those of nobody', () => {
    expect(BELONGS.mine(conversation(), { agentId: null, teams: new Set(), leads: true })).toBe(false);
  });

  test('her team waits: not held, not another team, only while somebody waits', () => {
    expect(BELONGS.team(conversation(), mina)).toBe(true);
    expect(BELONGS.team(conversation({ team_id: 't2' }), mina)).toBe(false);
    expect(BELONGS.team(conversation({ team_id: 't2' }), { ...mina, leads: true })).toBe(true);
    expect(BELONGS.team(conversation({ waiting_since: null }), mina)).toBe(false);
    expect(BELONGS.team(conversation({ assignee_id: 'ali' }), mina)).toBe(false);
  });

  test('one walk counts them all', () => {
    const { counts, unread } = count(
      [
        conversation({ assignee_id: 'mina', unread: true }),
        conversation({ status: 'snoozed', assignee_id: 'mina' }),
        conversation({ status: 'resolved' }),
      ],
      mina,
    );
    expect(counts).toMatchObject({ mine: 1, snoozed: 1, all: 2, resolved: 1, unassigned: 0 });
    expect(unread).toBe(1);
  });
});

test('filters hold together', () => {
  const one = conversation();
  expect(passes(one, { ...ALL, channel: 'whatsapp' })).toBe(false);
  expect(passes(one, { ...ALL, channel: 'sms', team: 't1', language: 'fa', waiting: true })).toBe(true);
  expect(passes(one, { ...ALL, words: 'احمدى 912' })).toBe(true); // an Arabic keyboard's letter
  expect(passes(one, { ...ALL, words: '۰۹۳۵' })).toBe(false);
  expect(fold('مي‌خواهم ٠۱')).toBe('میخواهم 01');
});

test('who is due first comes first, then what moved last', () => {
  const due = conversation({ id: 'due', reply_due: at(5) });
  const later = conversation({ id: 'later', reply_due: at(9) });
  const answered = conversation({ id: 'answered', waiting_since: null, opened_at: at(1) });
  const newer = conversation({ id: 'newer', waiting_since: null, opened_at: at(3) });
  const ids = (order: 'waiting' | 'newest') =>
    inOrder([answered, later, newer, due], order).map((one) => one.id);
  expect(ids('waiting')).toEqual(['due', 'later', 'newer', 'answered']);
  expect(ids('newest')[0]).toBe('newer');
});

test('waiting warns at three quarters and is late at the promise', () => {
  const one = { waiting_since: at(0), reply_due: at(20), due: null };
  const now = (minute: number) => Date.parse(at(minute));
  expect(['none', 'calm', 'warn', 'late']).toEqual([
    haste({ ...one, waiting_since: null }, now(30)),
    haste(one, now(14)),
    haste(one, now(15)),
    haste(one, now(20)),
  ]);
});
