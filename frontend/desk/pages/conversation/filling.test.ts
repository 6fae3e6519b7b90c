import { expect, test } from 'vitest';
import type { CannedAnswer } from '../../hub/shapes/customers';
import { asked, blank, filled, fitting, inPlaces, mentioned, places } from './filling';

const known = { customerName: 'سارا احمدی', agentName: 'Mina', number: 7 };
const canned = (shortcut: string, title: string, language: string | null = null): CannedAnswer => ({
  id: shortcut,
  shortcut,
  title,
  text: '',
  language,
  team_id: null,
  version: 1,
  updated_at: '2026-11-25T00:00:00Z',
});

test('merge fields are filled', () => {
  const text = 'سلام {{customer.first_name}}، من {{ agent.name }} هستم ({{conversation.number}})';
  expect(filled(text, known, String)).toBe('سلام سارا، من Mina هستم (7)');
});

test('what is not known is left to the agent, and found', () => {
  const text = filled('Dear {{customer.name}}!', { ...known, customerName: null }, () => 'name');
  expect(text).toBe('Dear ⟨name⟩!');
  expect(blank(text)).toEqual({ from: 5, to: 11 });
  expect(blank('done')).toBeNull();
});

test('a slash begins a canned answer only where a word begins', () => {
  expect(asked('/del', 4, '/')).toEqual({ from: 0, words: 'del' });
  expect(asked('سلام /', 6, '/')).toEqual({ from: 5, words: '' });
  expect(asked('and/or', 6, '/')).toBeNull();
  expect(asked('http://', 7, '/')).toBeNull();
  expect(asked('@mi', 3, '@')).toEqual({ from: 0, words: 'mi' });
  expect(asked('a@b', 3, '@')).toBeNull();
});

test('her language comes first, then the beginning of the shortcut', () => {
  const all = [canned('where', 'delivery?'), canned('delivery', 'x', 'en'), canned('deliver', 'y', 'fa')];
  expect(fitting(all, 'DELI', 'fa').map((one) => one.id)).toEqual(['deliver', 'delivery', 'where']);
  expect(fitting(all, 'zzz', 'fa')).toEqual([]);
});

test('places of a template', () => {
  expect(places('{{1}} {{2}} {{1}}')).toEqual(['1', '2']);
  expect(inPlaces('{{1}}, {{2}}', { '1': 'Sara', '2': '' })).toBe('Sara, {{2}}');
});

test('who is mentioned', () => {
  const agents = [{ name: 'Mina' }, { name: 'علی رضایی' }, { name: 'Roya' }];
  expect(mentioned('@mina و @علي رضايي ببینید', agents).map((one) => one.name)).toEqual([
    'Mina',
    'علی رضایی',
  ]);
});
