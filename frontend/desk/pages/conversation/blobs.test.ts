import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, slowHub, type Asked } from '../../testing/browser';

let asked: Asked[];

beforeEach(() => {
  aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

test('a file that comes after the conversation was closed is not kept', async () => {
  const made = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
  const { Blobs } = await import('./blobs.svelte');
  const open = new Blobs();
  open.of('/files/1');
  await asked[0]?.answer({});
  expect([open.of('/files/1'), made.mock.calls.length]).toEqual([{ state: 'here', url: 'blob:x' }, 1]);

  const closed = new Blobs();
  closed.of('/files/2');
  const coming = asked[1]?.answer({});
  closed.end();
  await coming;
  expect([closed.of('/files/2'), made.mock.calls.length]).toEqual([{ state: 'coming' }, 1]);
});
