import { expect, test } from 'vitest';
import { fieldOf } from './where';

test.each([
  ['$.name', 'name'],
  ['$.teams[0]', 'teams'],
  ['$.settings.from', 'settings'],
  ['$.version', null],
  ['$', null],
  ['id', null],
  [null, null],
])('%s', (where, field) => {
  expect(fieldOf(where, ['name', 'teams', 'settings'])).toBe(field);
});
