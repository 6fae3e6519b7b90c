import { expect, test } from 'vitest';
import { capacityOf, othersSkills, skillsOf } from './skills';

test('skills stand in one line, each once', () => {
  expect(skillsOf(' Returns, فارسی، returns ,, billing')).toEqual(['Returns', 'فارسی', 'billing']);
  expect(skillsOf(' ')).toEqual([]);
});

test('what others can is offered, most widespread first', () => {
  expect(othersSkills([['a', 'b'], ['b', 'C'], ['c']], ['c'])).toEqual(['b', 'a']);
  expect(othersSkills([['a', 'b', 'd']], [], 2)).toEqual(['a', 'b']);
});

test.each([
  ['50', 50],
  ['۱۰۰', 100],
  [0, 0],
  ['', null],
  ['-1', null],
  ['1.5', null],
  ['100001', null],
])('%j is the capacity %j', (said, value) => {
  expect(capacityOf(said)).toBe(value);
});
