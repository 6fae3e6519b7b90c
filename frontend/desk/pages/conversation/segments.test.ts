import { expect, test } from 'vitest';
import { cost, countSegments, mended } from './segments';

const count = (text: string) => countSegments(text).segments;

// The same as tests/unit/sandbox/test_segments.py.
test('each alphabet has its limits', () => {
  expect([0, 160, 161, 306, 307].map((times) => count('a'.repeat(times)))).toEqual([1, 1, 2, 2, 3]);
  expect([70, 71, 134, 135].map((times) => count('س'.repeat(times)))).toEqual([1, 2, 2, 3]);
  expect([80, 81].map((times) => count('€'.repeat(times)))).toEqual([1, 2]);
});

test('nothing is split at the end of a segment', () => {
  expect(count('س'.repeat(66) + '🙂' + 'س'.repeat(66))).toBe(3);
  expect(count('a'.repeat(152) + '€' + 'a'.repeat(152))).toBe(3);
});

test('what makes it UCS-2 is named, and typical ones are mended', () => {
  const said = countSegments('It’s ready – come…');
  expect(said.encoding).toBe('ucs2');
  expect(said.culprits).toEqual(['’', '–', '…']);
  expect(said.mendable).toBe(true);
  expect(mended('It’s ready – come…')).toBe("It's ready - come...");
  expect(countSegments(mended('It’s ready – come…')).encoding).toBe('gsm7');
  expect(countSegments('It’s سلام').mendable).toBe(false);
});

test('what is used of the last segment', () => {
  expect(countSegments('a€')).toMatchObject({ used: 3, room: 160 });
  expect(countSegments('a'.repeat(161))).toMatchObject({ used: 8, room: 153 });
  expect(countSegments('سلام')).toMatchObject({ used: 4, room: 70 });
});

test('a price is multiplied as a decimal number', () => {
  expect(cost('0.0079', 3)).toBe(0.0237);
  expect(cost('12', 2)).toBe(24);
});
