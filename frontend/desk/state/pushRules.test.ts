import { expect, test } from 'vitest';
import { bytesOf, standingOf } from './pushRules';

const able = (permission: NotificationPermission) => ({
  isSecureContext: true,
  navigator: { serviceWorker: {} },
  PushManager: () => null,
  Notification: { permission },
});

test('a browser that can, and may or will be asked', () => {
  expect(standingOf(able('granted'))).toBeNull();
  expect(standingOf(able('default'))).toBeNull();
});

test('what stands against it', () => {
  expect(standingOf(able('denied'))).toBe('denied');
  expect(standingOf({ ...able('granted'), isSecureContext: false })).toBe('insecure');
  expect(standingOf({ isSecureContext: true, navigator: { serviceWorker: {} } })).toBe('missing');
  expect(standingOf({ ...able('granted'), navigator: {} })).toBe('missing');
});

test('a key as the browser wants it', () => {
  expect([...bytesOf('BP4z9KsN6g-_')]).toEqual([4, 254, 51, 244, 171, 13, 234, 15, 191]);
});
