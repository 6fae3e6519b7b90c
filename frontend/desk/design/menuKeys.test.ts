import { expect, test } from 'vitest';
import { lineFor, Typing } from './menuKeys';

test('arrows go round, Home and End to the ends', () => {
  expect([0, 1, 2].map((place) => lineFor('ArrowDown', place, 3))).toEqual([1, 2, 0]);
  expect([0, 1, 2].map((place) => lineFor('ArrowUp', place, 3))).toEqual([2, 0, 1]);
  expect([lineFor('ArrowDown', -1, 3), lineFor('ArrowUp', -1, 3)]).toEqual([0, 2]);
  expect([lineFor('Home', 2, 3), lineFor('End', 0, 3), lineFor('x', 0, 3), lineFor('Home', -1, 0)]).toEqual([
    0,
    2,
    null,
    null,
  ]);
});

const THEMES = ['Available', 'Away', 'Offline', 'As the system', 'فارسی'];

test('letters typed in a row find what begins with them', () => {
  const typing = new Typing();
  expect(typing.find('a', 0, -1, THEMES)).toBe(0);
  expect(typing.find('W', 100, 0, THEMES)).toBe(1);
  expect(typing.find('o', 2_000, 1, THEMES)).toBe(2);
  expect(typing.find('ف', 4_000, 2, THEMES)).toBe(4);
  expect(typing.find('x', 6_000, 4, THEMES)).toBe(null);
});

test('one letter again and again goes from line to line', () => {
  const typing = new Typing();
  const places = [0];
  for (let at = 0; at < 400; at += 100) places.push(typing.find('a', at, places.at(-1) ?? 0, THEMES) ?? -1);
  expect(places).toEqual([0, 1, 3, 0, 1]);
});
