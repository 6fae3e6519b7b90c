import { expect, test } from 'vitest';
import { around, pieces } from './marks';

const shown = (text: string, query: string) =>
  pieces(text, query)
    .map((one) => (one.found ? `[${one.text}]` : one.text))
    .join('');

test('words are found by their beginning, whatever their case', () => {
  expect(shown('My Parcel is late, parcels!', 'parc')).toBe('My [Parc]el is late, [parc]els!');
  expect(shown('nothing', 'thing')).toBe('nothing');
});

test('Arabic letters, digits and marks count as Persian ones', () => {
  expect(shown('سفارش علي ۱۲۳', 'علی 12')).toBe('سفارش [علي] [۱۲]۳');
  expect(shown('مُشتری', 'مشت')).toBe('[مُشت]ری');
});

test('a word joined without a space is found whole and by its parts', () => {
  expect(shown('گفت\u200cوگو', 'وگو')).toBe('گفت\u200c[وگو]');
  expect(shown('می\u200cروم', 'میرو')).toBe('[می\u200cرو]م');
});

test('markup stays text, in pieces', () => {
  expect(shown('<script>alert(1)</script>', 'script')).toBe('<[script]>alert(1)</[script]>');
  expect(pieces('abc', '')).toEqual([{ text: 'abc', found: false }]);
  expect(pieces('abc', '(')).toEqual([{ text: 'abc', found: false }]);
});

test('a long text is shown around what was found', () => {
  const text = `${'word '.repeat(100)}parcel ${'tail '.repeat(100)}`;
  const cut = around(text, 'parcel');
  expect(cut.length).toBeLessThan(260);
  expect(cut).toContain('parcel');
  expect(cut.startsWith('… ')).toBe(true);
  expect(around('short parcel', 'parcel')).toBe('short parcel');
});
