import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { found } from './found';

const said = (line: string) => found(line)?.replace(/[\u2068\u2069]/g, '') ?? null;

test('what checks see reads as Persian, with what is somebody else’s as it is', () => {
  expect(said('a question and its answer take 1.3 ms')).toBe('رفت‌وبرگشت یک پرسش ۱٫۳ میلی‌ثانیه می‌برد');
  expect(said('PostgreSQL 18.4, embedded in /var/lib/hub')).toBe(
    'PostgreSQL 18.4، همراه سامانه، در /var/lib/hub',
  );
  expect(said('RabbitMQ 3.10.8 at mq.example.ir:5672/')).toBe('RabbitMQ 3.10.8 در mq.example.ir:5672/');
  expect(said('record_interactions: 4 waiting, 3 of 4 shards have a consumer')).toBe(
    'record_interactions: ۴ منتظر؛ ۳ بخش از ۴ گیرنده دارد',
  );
  expect(said('sms_twilio/default: Twilio knows the account Peyvand, which is active.')).toBe(
    'sms_twilio/default: Twilio knows the account Peyvand, which is active.',
  );
});

test('what an account says reads as Persian, alone and beside the account’s name', () => {
  const active = 'The Twilio account “Shop” is active, sending from +12025550100.';
  expect(said(active)).toBe('حساب Twilio «Shop» فعال است و از +12025550100 می‌فرستد');
  expect(said(`sms_twilio/default: ${active}`)).toBe(
    'sms_twilio/default: حساب Twilio «Shop» فعال است و از +12025550100 می‌فرستد',
  );
  expect(said('the provider takes its messages again')).toBe('ارائه‌دهنده دوباره پیام‌هایش را می‌پذیرد');
});

test('commands stay commands', () => {
  expect(said('`hub agents add NAME --team NAME` makes one')).toBe(
    'با `hub agents add NAME --team NAME` ساخته می‌شود',
  );
});

test('a line that is not known stays the hub’s', () => {
  expect(found('The moon is full.')).toBeNull();
});

test('every line of the checks that has nothing to fill in is known', () => {
  const folder = '../hub/checks/';
  const sources = readdirSync(folder).filter((name) => name.endsWith('.py'));
  const lines = sources.flatMap((name) =>
    [...readFileSync(folder + name, 'utf8').matchAll(/\b(?:good|fact|worth|bad)\(\s*"([^"]+)"/g)].map(
      (one) => one[1] ?? '',
    ),
  );
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => found(line) === null)).toEqual([]);
});
