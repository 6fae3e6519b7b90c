import { expect, test } from 'vitest';
import type { Agent, Team } from '../../hub/shapes/people';
import { sandboxOf, stepsOf } from './steps';

const done = (agents: Partial<Agent>[], teams: number, accounts: { active: boolean }[]) =>
  stepsOf(
    agents as Agent[],
    Array.from({ length: teams }, () => ({}) as Team),
    accounts,
  ).map((one) => one.done);

test('a new hub has only who administers it', () => {
  expect(done([{ active: true, role: 'admin' }], 0, [])).toEqual([false, false, false]);
});

test('each is ticked off by itself', () => {
  expect(done([{ active: false, role: 'agent' }], 1, [{ active: false }])).toEqual([true, false, false]);
  expect(done([{ active: true, role: 'agent' }], 0, [{ active: true }])).toEqual([false, true, true]);
});

test.each([
  ['http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
  ['http://localhost:8081/x?y', 'http://localhost:8081'],
  ['https://api.twilio.com', null],
  ['http://127.0.0.1.example.com', null],
  ['javascript:alert(1)', null],
  ['', null],
])('the phones of %j', (api_url, there) => {
  expect(sandboxOf([{ settings: {} }, { settings: { api_url } }])).toBe(there);
});
