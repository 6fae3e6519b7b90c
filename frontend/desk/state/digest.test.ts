import { expect, test } from 'vitest';
import { crc32, Sum } from './digest';

test('the example of docs/api.md', () => {
  const sum = new Sum();
  sum.set('225cf489-9c44-5d2f-99dc-7ca3a46d415e', 11);
  expect(sum.text).toBe('3859f31f');
  expect(sum.count).toBe(1);
});

test('whatever comes and goes leaves nothing behind', () => {
  const sum = new Sum();
  sum.set('a', 1);
  sum.set('b', 1);
  sum.set('a', 2);
  sum.delete('b');
  sum.delete('nobody');
  const fresh = new Sum();
  fresh.set('a', 2);
  expect(sum.text).toBe(fresh.text);
  sum.delete('a');
  expect(sum.text).toBe('00000000');
  expect(crc32('')).toBe(0);
});
