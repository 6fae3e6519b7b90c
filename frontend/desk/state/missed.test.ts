import { expect, test } from 'vitest';
import type { Agent } from '../hub/shapes/people';
import { justMissed } from './missed';

const agent = (id: string, declared: string, reason = '', declared_at = '2026-03-21T10:00:00Z') =>
  ({ id, declared, reason, declared_at }) as Agent;
const all = (...agents: Agent[]) => new Map(agents.map((one) => [one.id, one]));

test('who let offers pass is told once, and again when it happens again', () => {
  const here = all(agent('ali', 'available'), agent('mina', 'available'));
  const missed = all(agent('ali', 'away', 'missed'), agent('mina', 'available'));
  expect(justMissed(here, missed).map((one) => one.id)).toEqual(['ali']);
  expect(justMissed(missed, missed)).toEqual([]);
  const again = all(agent('ali', 'away', 'missed', '2026-03-21T11:00:00Z'));
  expect(justMissed(missed, again).map((one) => one.id)).toEqual(['ali']);
});

test('who says herself that she is away, or was so when the desk opened, is not told of', () => {
  expect(justMissed(all(agent('ali', 'available')), all(agent('ali', 'away', 'lunch')))).toEqual([]);
  expect(justMissed(all(), all(agent('ali', 'away', 'missed')))).toEqual([]);
});
