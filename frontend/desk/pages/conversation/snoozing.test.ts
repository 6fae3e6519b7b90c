import { expect, test } from 'vitest';
import { forInput, presets } from './snoozing';

const WEDNESDAY = new Date(2026, 10, 25, 14, 3);

test('in an hour, this evening, tomorrow, next week', () => {
  const [hour, evening, tomorrow, week] = presets(WEDNESDAY, 'en').map((one) => one.at);
  expect(hour).toEqual(new Date(2026, 10, 25, 15, 3));
  expect(evening).toEqual(new Date(2026, 10, 25, 18));
  expect(tomorrow).toEqual(new Date(2026, 10, 26, 9));
  expect(week).toEqual(new Date(2026, 10, 30, 9));
});

test('the week begins on Saturday in Persian', () => {
  expect(presets(WEDNESDAY, 'fa').at(-1)?.at).toEqual(new Date(2026, 10, 28, 9));
});

test('no evening in the evening, and tomorrow is not said twice', () => {
  const sunday = new Date(2026, 10, 29, 21);
  expect(presets(sunday, 'en').map((one) => one.name)).toEqual(['hour', 'tomorrow']);
});

test('the input shows the local clock', () => {
  expect(forInput(new Date(2026, 10, 25, 14, 3))).toBe('2026-11-25T14:05');
});
