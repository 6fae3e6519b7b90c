import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser } from '../testing/browser';

let browser: ReturnType<typeof aBrowser>;

beforeEach(() => void (browser = aBrowser()));
afterEach(() => {
  vi.doUnmock('./fa');
  vi.unstubAllGlobals();
});

test('a language is spoken from now on and at the next visit', async () => {
  const { say, speech } = await import('./words.svelte');
  expect(say).toThrow();
  await speech.use('fa');
  expect([say().common.save, speech.language, speech.other]).toEqual(['ذخیره', 'fa', 'en']);
  expect([document.documentElement.dir, speech.remembered()]).toEqual(['rtl', 'fa']);
});

test('without the network the old one stays', async () => {
  vi.doMock('./fa', () => {
    throw new TypeError('terminated');
  });
  const { say, speech } = await import('./words.svelte');
  const client = await import('../hub/client');
  await speech.use('en');
  await expect(speech.use('fa')).rejects.toBeInstanceOf(client.Away);
  expect([say().common.save, speech.language, browser.localStorage.getItem('peyvand.language')]).toEqual([
    'Save',
    'en',
    'en',
  ]);
});
