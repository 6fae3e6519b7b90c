import { expect, test, vi } from 'vitest';
import { aBrowser } from '../testing/browser';

test('a browser without room keeps no draft and says so, and one with room keeps it again', async () => {
  const { localStorage } = aBrowser();
  vi.doMock('./me.svelte', () => ({ me: { person: 'mina' } }));
  const { draftOf, keepDraft } = await import('./drafts');
  const draft = { answer: 'hello', note: '', isNote: false, files: [], way: null };
  keepDraft('c1', { ...draft, answer: 'he' });
  const full = vi.spyOn(localStorage, 'setItem').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
  expect(keepDraft('c1', draft)).toBe(false);
  expect(draftOf('c1').answer).toBe('hello');
  expect(localStorage.getItem('peyvand.draft.mina.c1')).toContain('"he"');
  full.mockRestore();
  expect(keepDraft('c1', draft)).toBe(true);
  expect(localStorage.getItem('peyvand.draft.mina.c1')).toContain('"hello"');
  expect(draftOf('c1').answer).toBe('hello');
});
