import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser } from '../testing/browser';
import type { Language } from './words.svelte';

beforeEach(() => void aBrowser());
afterEach(() => void vi.unstubAllGlobals());

/** A desk that speaks this, in the administration. */
async function speaking(language: Language) {
  const { say, speech } = await import('./words.svelte');
  await speech.use(language);
  await say().refused.administration();
  return import('./refusal');
}

const taken = { detail: 'There is a team called Billing already', mend: 'choose another name' };

test('in English the hub’s words become sentences, for people at the desk', async () => {
  const { mendOf, whole, wrongOf } = await speaking('en');
  expect(whole(taken)).toBe('There is a team called Billing already. Choose another name.');
  expect(mendOf({ detail: '', mend: 'GET /api/v1/teams lists them' })).toBe('Choose another team.');
  expect(wrongOf({ detail: 'auth_token is missing', mend: null })).toBe('auth_token is missing.');
  expect(wrongOf({ detail: 'whose token is it?', mend: null })).toBe('Whose token is it?');
});

test('in Persian they are Persian, and what is not known stays the hub’s, kept apart', async () => {
  const { whole, wrongOf } = await speaking('fa');
  expect(whole(taken)).toBe('تیمی با نام \u2068Billing\u2069 از پیش هست. نام دیگری بگذارید.');
  expect(wrongOf({ detail: 'the moon is full', mend: null })).toBe('\u2066The moon is full.\u2069');
});

test('no name steers the sentence around it', async () => {
  const { wrongOf } = await speaking('en');
  expect(wrongOf({ detail: 'Mi\u202ena has it', mend: null })).toBe('Mi‹202E›na has it.');
});
