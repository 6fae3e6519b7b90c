import { expect, test } from 'vitest';
import { clockIn, isNight, isZone, languageName } from './zone';

const NOON = Date.parse('2026-03-21T12:00:00Z');

test('her clock by her zone, also where half hours count', () => {
  expect(clockIn('Asia/Tehran', NOON)).toBe('15:30');
  expect(isNight('Asia/Tehran', NOON)).toBe(false);
  expect(isNight('Pacific/Auckland', NOON)).toBe(true);
});

test('another day there is said', () => {
  expect(clockIn('Pacific/Kiritimati', Date.parse('2026-03-21T12:00:00Z'))).toMatch(/Sunday.*02:00/);
});

test('what is no zone or language does no harm', () => {
  expect(isZone('Asia/Tehran')).toBe(true);
  expect(isZone('Mars/Olympus')).toBe(false);
  expect(languageName('fa')).toBe('Persian');
  expect(languageName('!!')).toBe('!!');
});
