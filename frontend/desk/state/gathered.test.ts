import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AT_ONCE, GATHER, Gathered } from './gathered';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A hub that answers when it is told to, in whatever order. */
function slowHub() {
  const asked: { ids: string[]; answer: () => void; fail: () => void }[] = [];
  const ask = (ids: string[]) =>
    new Promise<void>((answer, fail) => asked.push({ ids, answer, fail: () => fail(new Error('away')) }));
  const done = vi.fn<() => void>();
  return { asked, done, gathered: new Gathered(ask, done) };
}

const told = (asked: { ids: string[] }[]) => asked.map((one) => one.ids);

test('what is wanted within a moment is one request', async () => {
  const { asked, gathered } = slowHub();
  ['a', 'b', 'a'].forEach((id) => gathered.want(id));
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(GATHER);
  expect(told(asked)).toEqual([['a', 'b']]);
});

test('no second request while one is on its way: an older answer cannot come after a newer one', async () => {
  const { asked, done, gathered } = slowHub();
  gathered.want('a');
  await vi.advanceTimersByTimeAsync(GATHER);
  gathered.want('a');
  await vi.advanceTimersByTimeAsync(10 * GATHER);
  expect(told(asked)).toEqual([['a']]);
  asked[0]?.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(told(asked)).toEqual([['a'], ['a']]);
  expect(done).not.toHaveBeenCalled();
  asked[1]?.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toHaveBeenCalledOnce();
});

test('what failed is wanted still, and asked for when there is reason to', async () => {
  const { asked, done, gathered } = slowHub();
  gathered.want('a');
  await vi.advanceTimersByTimeAsync(GATHER);
  asked[0]?.fail();
  await vi.advanceTimersByTimeAsync(10 * GATHER);
  expect(told(asked)).toEqual([['a']]);
  expect(done).not.toHaveBeenCalled();
  void gathered.hurry();
  expect(told(asked)).toEqual([['a'], ['a']]);
});

test('more than one request may name are asked for one request after another', async () => {
  const { asked, gathered } = slowHub();
  for (let place = 0; place <= AT_ONCE; place += 1) gathered.want(String(place));
  await vi.advanceTimersByTimeAsync(GATHER);
  asked[0]?.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.map((one) => one.ids.length)).toEqual([AT_ONCE, 1]);
});
