import { expect, test } from 'vitest';
import type { Token } from '../../../hub/shapes/administration';
import { endOf, stateOf } from './terms';

const NOW = new Date(2026, 10, 28, 13, 0);

test('a token ends after so many days, or never', () => {
  expect(endOf('never', '', NOW)).toBeNull();
  expect(endOf('days30', '', NOW)).toEqual(new Date(2026, 11, 28, 13, 0));
});

test('its last day is a whole one', () => {
  expect(endOf('date', '2026-11-28', NOW)).toEqual(new Date(2026, 10, 29));
  expect(endOf('date', '2026-12-31', NOW)).toEqual(new Date(2027, 0, 1));
});

test.each(['', '2026-11-27', 'soon'])('no time is made of %j', (day) => {
  expect(endOf('date', day, NOW)).toBeUndefined();
});

test('revoked stays revoked, also after its time', () => {
  const token = { revoked_at: null, expires_at: NOW.toISOString() } as Token;
  expect(stateOf({ ...token, expires_at: null }, NOW.getTime())).toBe('good');
  expect(stateOf(token, NOW.getTime() - 1)).toBe('good');
  expect(stateOf(token, NOW.getTime())).toBe('expired');
  expect(stateOf({ ...token, revoked_at: NOW.toISOString() }, NOW.getTime())).toBe('revoked');
});
