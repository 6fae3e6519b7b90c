import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, settled, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

test('the wall is never as an older answer had it', async () => {
  const { TheWall } = await import('./wall.svelte');
  const wall = new TheWall();
  const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));
  for (let times = 0; times < 2; times += 1) {
    wall.look(0);
    await rest(5);
  }
  await asked.pop()?.answer({ waiting: asked.length });
  expect(wall.value).toEqual({ waiting: 0 });
  await settled();
  await asked.pop()?.answer({ waiting: 'newest' });
  expect(wall.value).toEqual({ waiting: 'newest' });
  wall.follow()();
});
