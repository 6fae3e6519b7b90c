import { expect, test } from 'vitest';
import type { CannedAnswer } from '../../../hub/shapes/customers';
import { directionOf, found, isShortcut, readable, unknownField } from './rules';

test.each([
  ['Dear {{customer.name}}, I am {{ agent.name }}.', null],
  ['no place at all', null],
  ['{{customer.nmae}} and {{agent.name}}', '{{customer.nmae}}'],
  ['{{agent.name}} and {{what', '{{what'],
  ['{{}}', '{{}}'],
  ['{{customer.name}', '{{customer.name}'],
])('%s', (text, unknown) => {
  expect(unknownField(text)).toBe(unknown);
});

test.each([
  ['delivery', true],
  ['ارسال', true],
  ['two words', false],
  ['a/b', false],
  ['', false],
  ['x'.repeat(41), false],
])('shortcut %j: %j', (word, taken) => {
  expect(isShortcut(word)).toBe(taken);
});

test('found by any of what stands in it, whatever the script does with letters', () => {
  const answer = { shortcut: 'hours', title: 'Opening', text: 'از ۹ تا ۱۷ هستیم' } as CannedAnswer;
  const by = (words: string) => found([answer], words, () => 'Support').length;
  expect(['/hours', 'open', 'هستيم', '9', 'support hours', ''].map(by)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(by('hours closed')).toBe(0);
});

test.each([
  ['{{customer.name}} گرامی، hello', 'rtl'],
  ['{{customer.name}}, dear سارا', 'ltr'],
  ['{{customer.name}}: 42', 'auto'],
])('%s reads %s', (text, direction) => {
  expect(directionOf(text)).toBe(direction);
});

test('fields are read by their names', () => {
  expect(readable('Dear {{ customer.name }}!', (field) => field.toUpperCase())).toBe(
    'Dear \u2068⟨CUSTOMER.NAME⟩\u2069!',
  );
});
