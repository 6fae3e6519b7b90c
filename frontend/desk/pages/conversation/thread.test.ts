import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

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

/** A thread that somebody follows, and what it hears the line say. */
async function followed() {
  const { live } = await import('../../state/connection.svelte');
  const heard = vi.spyOn(live, 'listen');
  const { Thread } = await import('./thread.svelte');
  const thread = new Thread('c1');
  const end = thread.follow();
  return { thread, end, line: (open: boolean) => heard.mock.lastCall?.[0].state?.(open) };
}

test.each([
  ['are here', (decisions: Asked) => decisions.answer({ items: [], next: null })],
  ['are refused', (decisions: Asked) => decisions.answer({}, 503)],
  ['are cut off', (decisions: Asked) => decisions.cut()],
])('it is shown once what was said is here and the decisions %s', async (_, come) => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    asked.length = 0;
    const { thread, end } = await followed();
    expect(asked.map((each) => each.path.split('?')[0])).toEqual([
      '/conversations/c1/interactions',
      '/conversations/c1/decisions',
    ]);
    const [said, decisions] = [...asked] as [Asked, Asked];
    for (const place of order) {
      expect(thread.loaded).toBe(false);
      await (place === 0 ? said.answer({ items: [one('a', 10)], next: null }) : come(decisions));
    }
    expect([thread.loaded, ids(thread.interactions)]).toEqual([true, ['a']]);
    end();
  }
});

test('decisions that take long are not waited for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { thread } = await followed();
  await asked[0]?.answer({ items: [one('a', 10)], next: null });
  expect(thread.loaded).toBe(false);
  vi.advanceTimersByTime(1500);
  expect(thread.loaded).toBe(true);
});

test('a line that comes back is made up for, and what could not be read of decisions too', async () => {
  const { thread, line } = await followed();
  await asked[0]?.answer({ items: [], next: null });
  line(true); // before the decisions are here
  expect(asked).toHaveLength(3);
  await asked[2]?.answer({ items: [one('a', 10)], next: null });
  await asked[1]?.cut();
  expect(ids(thread.interactions)).toEqual(['a']);
  line(true);
  expect(asked.slice(3).map((each) => each.path.split('?')[0])).toEqual([
    '/conversations/c1/decisions',
    '/conversations/c1/interactions',
  ]);
});
