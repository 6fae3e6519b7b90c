import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AdapterKind } from '../../../hub/shapes/administration';
import { aBrowser } from '../../../testing/browser';

let placed: (typeof import('./asked'))['placed'];
let secretsOf: (typeof import('./asked'))['secretsOf'];

beforeAll(async () => {
  aBrowser();
  await (await import('../../../words/words.svelte')).speech.use('en');
  ({ placed, secretsOf } = await import('./asked'));
});
afterAll(() => void vi.unstubAllGlobals());

const KIND = { settings: [{ name: 'fields' }, { name: 'url' }] } as unknown as AdapterKind;

test.each([
  ['fields is missing: its lines name what is sent', 'fields'],
  ['url: this is no address', 'url'],
  ['fields.to has no place', 'fields'],
  ['the number +98 is of another account', undefined],
  [undefined, undefined],
])('%s', (refused, name) => {
  expect(Object.keys(placed(KIND, refused))[0]).toBe(name);
});

test('several faults stand each at its own field', () => {
  expect(
    placed(
      KIND,
      'url must begin with https://; fields.to has a place {x} that nothing fills; there are {to}',
    ),
  ).toEqual({
    url: 'Url must begin with https://.',
    fields: 'fields.to has a place {x} that nothing fills; there are {to}.',
  });
});

test('a secret opened and left empty is not sent, one taken away is', () => {
  expect(secretsOf({ one: '', two: null, three: 'x' })).toEqual({ two: null, three: 'x' });
});
