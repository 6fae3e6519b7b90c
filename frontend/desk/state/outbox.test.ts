import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../testing/browser';
import type { Item } from './outboxRules';

let browser: ReturnType<typeof aBrowser>;
let asked: Asked[];

beforeEach(() => {
  browser = aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

const given = {
  conversation: 'c1',
  kind: 'notes' as const,
  body: { text: 'hi' },
  shown: { text: 'hi', channel: 'sms' as const, files: [] },
};

/** The outbox of somebody who is signed in. */
async function outboxOf(agent: string) {
  const { me } = await import('./me.svelte');
  const { outbox } = await import('./outbox.svelte');
  const looked = me.look();
  await asked.shift()?.answer({ name: agent, role: 'agent', agent: { id: agent }, preferences: {} });
  await looked;
  outbox.begin();
  return outbox;
}

const kept = () =>
  Object.keys(browser.localStorage)
    .filter((name) => name.startsWith('peyvand.outbox.'))
    .map((name) => JSON.parse(browser.localStorage.getItem(name) ?? '') as Item);

test('a line that is cut while the answer comes: it is sent again with the same key', async () => {
  const outbox = await outboxOf('a1');
  expect(outbox.add(given)).toBe(true);
  await asked[0]?.cut();
  expect(outbox.of('c1')).toMatchObject([{ state: 'waiting', tries: 1 }]);
  browser.page.dispatchEvent(new Event('online'));
  expect(asked.map((one) => one.key)).toEqual([asked[0]?.key, asked[0]?.key]);
  await asked[1]?.answer({ id: 'i1', conversation_id: 'c1' }, 201);
  expect([outbox.of('c1'), kept()]).toEqual([[], []]);
});

test('what the browser has no room for is not sent, so that it is not sent twice', async () => {
  const outbox = await outboxOf('a1');
  const full = vi.spyOn(browser.localStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect(outbox.add(given)).toBe(false);
  await settled();
  expect([outbox.of('c1'), asked]).toEqual([[], []]);
  full.mockRestore();
  expect(outbox.add(given)).toBe(true);
  expect(asked).toHaveLength(1);
});

test('room that ends while it is on its way loses nothing: what is kept leads to the same end', async () => {
  const outbox = await outboxOf('a1');
  outbox.add(given);
  vi.spyOn(browser.localStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  await asked[0]?.cut();
  expect(outbox.of('c1')).toMatchObject([{ state: 'waiting' }]);
  expect(kept()).toMatchObject([{ key: asked[0]?.key }]);
});

test('what another tab has just taken back stays taken back when the line returns', async () => {
  const outbox = await outboxOf('a1');
  outbox.add({ ...given, kind: 'messages' });
  for (const name of Object.keys(browser.localStorage))
    if (name.startsWith('peyvand.outbox.')) browser.localStorage.removeItem(name);
  browser.page.dispatchEvent(new Event('online'));
  expect([outbox.of('c1'), kept()]).toEqual([[], []]);
});

test('what comes to its end after another has signed in stays whose it was', async () => {
  const outbox = await outboxOf('a1');
  outbox.add(given);
  const [sent] = asked.splice(0);
  await outboxOf('a2');
  await sent?.cut();
  expect(kept()).toMatchObject([{ owner: 'a1', key: sent?.key }]);
  expect(outbox.of('c1')).toEqual([]);
  await outboxOf('a1');
  expect(asked.map((one) => one.key)).toEqual([sent?.key]);
});
