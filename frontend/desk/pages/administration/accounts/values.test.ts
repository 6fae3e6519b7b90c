import { expect, test } from 'vitest';
import type { AdapterKind, AdapterSetting } from '../../../hub/shapes/administration';
import { badLine, filled, missing, OTHERS, settingsOf } from './values';

const setting = (name: string, type: AdapterSetting['type'], required = false): AdapterSetting => ({
  name,
  type,
  required,
  label: name,
  default: null,
  choices: [],
  help: '',
});
const KIND: AdapterKind = {
  name: 'sms_http',
  channel: 'sms',
  settings: [setting('url', 'url', true), setting('fields', 'table'), setting('method', 'choice')],
  secrets: [],
  other_secrets: true,
  webhooks: [],
};
const KEPT = {
  url: 'https://api.example.com/?a=b',
  'fields.message': '{text}',
  'fields.to': 'x=y',
  colour: 'green',
};

test('what is kept is shown and comes back as it was', () => {
  const values = filled(KIND, KEPT);
  expect(values['fields']).toBe('message = {text}\nto = x=y');
  expect(values[OTHERS]).toBe('colour = green');
  expect(settingsOf(KIND, values)).toEqual(KEPT);
});

test('what is empty is not set', () => {
  expect(settingsOf(KIND, { url: '  ', fields: '\n', method: 'POST', [OTHERS]: '' })).toEqual({
    method: 'POST',
  });
});

test('an adapter that says nothing of itself has settings all the same', () => {
  const silent = { ...KIND, settings: [] };
  expect(settingsOf(silent, filled(silent, KEPT))).toEqual(KEPT);
});

test('what must be filled in is named', () => {
  expect(missing(KIND, { url: ' ' }).map((one) => one.name)).toEqual(['url']);
  expect(missing(KIND, KEPT)).toEqual([]);
});

test.each([
  ['a = b\n\nc.d=', null],
  ['a = b\nnothing', 'nothing'],
  ['= x', '= x'],
])('a table of %j', (text, bad) => {
  expect(badLine(text)).toBe(bad);
});
