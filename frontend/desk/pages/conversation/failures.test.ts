import { expect, test } from 'vitest';
import { failureOf } from './failures';

test('by the code first, then by the sentence', () => {
  expect(failureOf('30003', 'x')).toBe('off');
  expect(failureOf(null, '24 hours have passed since she last wrote; only an approved template passes')).toBe(
    'window',
  );
  expect(failureOf('99999', 'the customer asked to stop; …')).toBe('optedOut');
  expect(failureOf('99999', 'something else')).toBeNull();
  expect(failureOf(null, null)).toBeNull();
});
