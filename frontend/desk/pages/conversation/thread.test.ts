import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

const one = (id: string, minute: number) => ({ id, accepted_at: `2026-11-25T10:${minute}:00Z` });
const ids = (all: readonly { id: string }[]) => all.map((each) => each.id);

async function threadWith(items: object[], next: string | null) {
  const { Thread } = await import('./thread.svelte');
  const thread = new Thread('c1');
  const first = thread.refresh();
  await asked.shift()?.answer({ items, next });
  await first;
  return thread;
}

test('an older page asked for before everything was read anew does not come into it', async () => {
  const thread = await threadWith([one('c', 30), one('b', 20)], 'older');
  const older = thread.older();
  const reload = thread.reload();
  await asked[1]?.answer({ items: [one('c', 30)], next: null }); // a and b were split off
  await asked[0]?.answer({ items: [one('a', 10)], next: 'oldest' });
  await older;
  await asked[2]?.answer({ items: [], next: null });
  await reload;
  expect([ids(thread.interactions), thread.whole, thread.loadingOlder]).toEqual([['c'], true, false]);
});

test('of decisions read twice, those read last stand there', async () => {
  const thread = await threadWith([], null);
  const reads = [thread.readDecisions(), thread.readDecisions()];
  expect(asked).toHaveLength(1);
  await asked[0]?.answer({ items: [{ id: 'old' }], next: null });
  await asked[1]?.answer({ items: [{ id: 'new' }], next: null });
  await Promise.all(reads);
  await settled();
  expect(thread.decisions).toEqual([{ id: 'new' }]);
});

test.each([200, 503])(
  'it is not shown before the decisions are here or cannot be read (%i)',
  async (status) => {
    const thread = await threadWith([one('a', 10)], null);
    const decisions = thread.readDecisions();
    expect(thread.loaded).toBe(false);
    await asked[0]?.answer({ items: [], next: null }, status);
    await decisions;
    expect([thread.loaded, ids(thread.interactions)]).toEqual([true, ['a']]);
  },
);
