import { expect, test, vi } from 'vitest';
import { Away } from '../hub/client';
import { AT_ONCE } from './gathered';
import { bring } from './snapshots';

const named = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ id: `c${place}`, version: 2 }));

/** A desk that knows these versions; reading all goes so far and then ends with `error`. */
function desk(known: [string, number][], reads: number, error?: Error) {
  const versions = new Map(known);
  const want = vi.fn<(id: string) => void>();
  const readAll = vi.fn(async () => {
    for (let place = 0; place < reads; place += 1) versions.set(`c${place}`, 2);
    if (error) throw error;
  });
  return { want, readAll, version: (id: string) => versions.get(id) };
}

test('a few are wanted by their ids, and what is known or newer is not', async () => {
  const here = desk(
    [
      ['c0', 2],
      ['c1', 1],
      ['c2', 3],
    ],
    0,
  );
  expect(await bring(named(4), here)).toBe(false);
  expect(here.want.mock.calls).toEqual([['c1'], ['c3']]);
  expect(here.readAll).not.toHaveBeenCalled();
  expect(await bring(named(1), here)).toBe(true);
});

test('many are read page by page', async () => {
  const here = desk([], AT_ONCE + 1);
  expect(await bring(named(AT_ONCE + 1), here)).toBe(true);
  expect(here.want).not.toHaveBeenCalled();
});

test('what a page that failed has left out is wanted: the list is not taken for whole', async () => {
  const here = desk([], AT_ONCE, new Away('cut'));
  expect(await bring(named(AT_ONCE + 2), here)).toBe(false);
  expect(here.want.mock.calls).toEqual([[`c${AT_ONCE}`], [`c${AT_ONCE + 1}`]]);
});

test('a fault of ours is not hidden', async () => {
  await expect(bring(named(AT_ONCE + 1), desk([], 0, new TypeError('x')))).rejects.toThrow(TypeError);
});
