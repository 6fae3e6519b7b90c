import { expect, test } from 'vitest';
import { en } from '../../../words/en';
import { kindOf, reasonOf } from './reasons';

test.each([
  ['its worker died while handling it, 4 times', 'killed'],
  ['the broker dead-lettered it: delivery_limit', 'broker'],
  ['EventInvalid: event is no JSON object', 'unreadable'],
  ['KeyError; store.py:12 append < record.py:40 handle', 'fault'],
  ['', 'fault'],
])('%s', (said, reason) => {
  expect(reasonOf(said)).toBe(reason);
});

test('what is hurt by it is an event we have a name for', () => {
  expect(Object.keys(en.dead.hurts).filter((kind) => !(kind in en.dead.types))).toEqual([]);
  expect(kindOf('interaction.received.v12')).toBe('interaction.received');
});
