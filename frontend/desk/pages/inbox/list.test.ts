import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

test('another filter chosen while resolved ones are fetched is fetched as well', async () => {
  const { me } = await import('../../state/me.svelte');
  const { router } = await import('../../router/router.svelte');
  const { List } = await import('./list.svelte');
  const looked = me.look();
  await asked.shift()?.answer({ name: 'Kian', role: 'admin', agent: null, preferences: {} });
  await looked;
  const list = new List(() => 'resolved');
  const fetching = list.more();
  router.query = new URLSearchParams({ channel: 'sms' });
  void list.more();
  await asked[0]?.answer({ items: [], next: null });
  await settled();
  expect(asked.map((one) => new URLSearchParams(one.path.split('?')[1]).get('channel'))).toEqual([
    null,
    'sms',
  ]);
  await asked[1]?.answer({ items: [], next: 'more' });
  await fetching;
  expect([asked.length, list.fetching]).toEqual([2, false]);
});
