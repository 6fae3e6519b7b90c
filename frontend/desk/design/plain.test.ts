import { expect, test } from 'vitest';
import { plain } from './plain';

test('what steers text is seen', () => {
  expect(plain('user\u202Egnp.exe')).toBe('user‹202E›gnp.exe');
  expect(plain('a\u0000b\u200bc')).toBe('a␀b‹200B›c');
});

test('Persian and emoji stay as they are', () => {
  for (const text of ['می‌خواهم', '👩‍👧', 'line\nline\tend', '<script>alert(1)</script>'])
    expect(plain(text)).toBe(text);
});
