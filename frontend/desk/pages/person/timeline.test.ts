import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

const page = (from: number, to: number, next: string | null) => ({
  items: Array.from({ length: from - to + 1 }, (_, place) => ({
    id: `i${from - place}`,
    accepted_at: '2026-11-25T10:00:00Z',
  })),
  next,
});

async function timeline() {
  const { Timeline } = await import('./timeline.svelte');
  const one = new Timeline('c1');
  const begun = one.begin();
  await asked.shift()?.answer(page(9, 7, 'older'));
  await begun;
  return one;
}
const ids = (all: readonly { id: string }[]) => all.map((each) => each.id).join(' ');
const gathered = () => new Promise((done) => setTimeout(done, 260));

test('an older page that goes on from what is here no more does not come below what is', async () => {
  const one = await timeline();
  const more = one.more();
  one.soon(() => false);
  await gathered();
  await asked[1]?.answer(page(99, 97, 'next')); // much has passed meanwhile
  await asked[0]?.answer(page(6, 4, 'oldest'));
  await more;
  expect(ids(one.items)).toBe('i99 i98 i97');
});

test('news asked for twice is as it was read last', async () => {
  const one = await timeline();
  one.soon(() => false);
  await gathered();
  one.soon(() => false);
  await gathered();
  expect(asked).toHaveLength(1);
  await asked[0]?.answer(page(10, 7, 'older'));
  await settled();
  await asked[1]?.answer(page(11, 7, 'older'));
  expect(ids(one.items)).toBe('i11 i10 i9 i8 i7');
});
