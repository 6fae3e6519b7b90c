import { expect, test } from 'vitest';
import { heard, left } from './clock';

const at = Date.parse('2026-03-21T10:00:00Z');
const date = new Date(at).toUTCString();

test('what is left is told by the clock of the hub', () => {
  expect(left('2026-03-21T10:00:30Z', at)).toBe(30_000);
  heard(date, at + 240_000, at + 240_020); // the clock here is four minutes fast
  expect(left('2026-03-21T10:00:30Z', at + 240_010)).toBe(29_500);
  expect(left('2026-03-21T09:59:00Z', at + 240_010)).toBe(0);
});

test('a slow answer, one without a date, or a difference of less than a second changes nothing', () => {
  const before = left('2026-03-21T10:05:00Z', at);
  heard(date, at, at + 5_000);
  heard(null, at, at + 1);
  heard(date, at + 240_700, at + 240_720);
  expect(left('2026-03-21T10:05:00Z', at)).toBe(before);
});
