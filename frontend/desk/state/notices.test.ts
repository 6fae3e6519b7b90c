import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { notices, SHOWN_FOR, type Notice } from './notices.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  notices.all = [];
  vi.useRealTimers();
});

const shown = () => notices.all.map((one) => one.text);
const undo = { label: 'Undo', run: () => undefined };

function only(): Notice {
  const [one] = notices.all;
  if (!one) throw new Error('no notice');
  return one;
}

test('what was done goes after a while, what failed stays', () => {
  notices.add('good', 'done');
  notices.add('bad', 'failed');
  vi.advanceTimersByTime(SHOWN_FOR);
  expect(shown()).toEqual(['failed']);
});

test('what offers something stays until the next offer of its kind', () => {
  notices.add('good', 'joined', null, undo);
  notices.add('news', 'yours', null, undo);
  vi.advanceTimersByTime(10 * SHOWN_FOR);
  expect(shown()).toEqual(['joined', 'yours']);
  notices.add('good', 'copied');
  notices.add('good', 'split', null, undo);
  expect(shown()).toEqual(['yours', 'copied', 'split']);
});

test('what leads to a page is gone once she is there by whatever way', () => {
  notices.add('news', 'yours', null, { ...undo, to: 'c1' });
  notices.add('good', 'split', null, undo);
  notices.arrived('/inbox/all/c2');
  expect(shown()).toEqual(['yours', 'split']);
  notices.arrived('/inbox/all/c1');
  expect(shown()).toEqual(['split']);
});

test('it does not go while somebody reads it, and after that it has its time again', () => {
  notices.add('good', 'done');
  notices.stay(only());
  vi.advanceTimersByTime(10 * SHOWN_FOR);
  notices.leave(only());
  vi.advanceTimersByTime(SHOWN_FOR - 1);
  expect(shown()).toEqual(['done']);
  vi.advanceTimersByTime(1);
  expect(shown()).toEqual([]);
});
