import { expect, test } from 'vitest';
import { differing, read, written } from './attributes';

test('what is shown and read again is the same', () => {
  for (const value of ['gold', 12, 1.5, -3, true, { a: 1 }, [1, 2], '۱۲'])
    expect(read(written(value), value)).toEqual(value);
});

test('a text stays a text, whatever it looks like', () => {
  expect(read('12', 'eleven')).toBe('12');
  expect(read('0912', undefined)).toBe('0912');
  expect(read('۱۲', undefined)).toBe(12);
  expect(read(' ', 'gold')).toBeNull();
});

test('what differs is named', () => {
  expect(differing({ a: 1, b: [1] }, { a: 2, b: [1], c: null })).toEqual(['a', 'c']);
});
