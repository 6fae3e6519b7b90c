import { expect, test } from 'vitest';
import type { Agent } from '../../../hub/shapes/people';
import { bodyOf, written } from './written';

const MINA = {
  name: 'Mina',
  role: 'agent',
  language: 'fa',
  teams: ['b', 'a'],
  skills: ['returns', 'فارسی'],
  written_capacity: 100,
  live_capacity: 50,
} as unknown as Agent;

test('only what differs is sent', () => {
  const before = written(MINA, '، ');
  expect(bodyOf({ ...before, teams: ['a', 'b'], skills: 'returns, فارسی' }, before)).toEqual({});
  expect(bodyOf({ ...before, name: ' Mina R. ', language: '', written: '۵۰' }, before)).toEqual({
    name: 'Mina R.',
    language: null,
    written_capacity: 50,
  });
});

test('of a new one everything is', () => {
  const said = { ...written(null, ', '), name: 'Roya' };
  expect(bodyOf(said, null)).toEqual({
    name: 'Roya',
    role: 'agent',
    language: null,
    teams: [],
    skills: [],
    written_capacity: 100,
    live_capacity: 100,
  });
});
