import { expect, test } from 'vitest';
import type { Check, Finding } from '../../../hub/shapes/administration';
import { counted, worstFirst } from './verdict';

const seen = (state: Finding['state'], text: string): Finding => ({ state, seen: text, mend: null });
const found = [
  seen('fact', 'a'),
  seen('ok', 'b'),
  seen('failed', 'c'),
  seen('warning', 'd'),
  seen('failed', 'e'),
];

test('what is wrong comes first, else the order stays', () => {
  expect(worstFirst(found).map((one) => one.seen)).toEqual(['c', 'e', 'd', 'b', 'a']);
});

test('findings are counted over all checks', () => {
  const check: Check = { name: 'x', state: 'failed', findings: found, seconds: 0 };
  expect(counted([check, { ...check, findings: [seen('warning', 'f')] }])).toEqual({ failed: 2, warning: 2 });
});
