import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { labelled } from './adapters';

test.each(['sms_twilio', 'sms_http'])('whatever %s calls its settings has a Persian name', (adapter) => {
  const source = readFileSync(`../hub/adapters/${adapter}/described.py`, 'utf8');
  const texts = [...source.matchAll(/\b(?:label|help)="([^"]+)"/g)].map((one) => one[1] ?? '');
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.filter((text) => labelled(text) === text)).toEqual([]);
});
