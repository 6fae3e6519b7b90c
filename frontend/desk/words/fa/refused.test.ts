import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { refused as english } from '../en/refused';
import { passed } from './passed';
import { refused } from './refused';

beforeAll(() => refused.administration());

const said = (line: string) => refused.told(line)?.replace(/[\u2066-\u2069]/g, '') ?? null;

test('what is refused reads as Persian, with names and numbers of others as they are', () => {
  expect(said('There is an agent called Mina already')).toBe('کارشناسی با نام Mina از پیش هست');
  expect(said('the text has 1200 characters, at most 900 pass')).toBe(
    'متن ۱۲۰۰ نویسه دارد و حداکثر ۹۰۰ نویسه پذیرفته می‌شود',
  );
  expect(said('She last wrote over 24 hours ago, so free text does not pass')).toBe(
    'بیش از ۲۴ ساعت از آخرین پیام مشتری گذشته است، پس متن آزاد پذیرفته نمی‌شود',
  );
  expect(said('this one is not among the dead any more: Mina retried it')).toBe(
    'این یکی دیگر میان رویدادهای مرده نیست: Mina آن را دوباره سپرد',
  );
  expect(said('give it like +989121234567')).toBe('مانند +989121234567 بنویسید');
});

test('a sentence of routing is one of its decisions', () => {
  expect(said('Mina is gone and the customer waits.')).toBe('Mina نیست و مشتری منتظر است.');
  expect(said('Mina accepted it first.')).toBe('Mina پیش از شما این گفت‌وگو را برداشت');
});

test('faults of an account come joined, and are said one by one', () => {
  expect(
    said(
      'numbers: \'0912\': this is no phone number; give it like +989121234567, or name the country: region = "IR"',
    ),
  ).toBe('0912 شمارهٔ تلفن نیست؛ با کد کشور بنویسید، مانند +989121234567');
});

test('a line that is not known stays the hub’s', () => {
  expect(refused.told('the moon is full')).toBeNull();
});

/** What only a program meets: the desk has no such fields, parameters, headers or addresses, and shows no such answer. */
const PROGRAMS = [
  /Idempotency-Key|^this is no key|^use a new key|printable ASCII/,
  /^(this|a) token|bearer token, or to be|use a token|use of an agent|token of an agent|ends a token|Authorization/,
  /UUID|\bids$|^give it like (6f1c|2026)|at most 7 at once|^this time has no zone/,
  /cursor|`next` of the page|size of a page|no value of it|such parameter|given more than once|^give it once/,
  /JSON|Content-|the body is not what its headers say|not sent by the desk|^send the header/,
  /^one question at a time|`contact_point` or|one agent or to one team|`agent` or `team`/,
  /^a number (from|as in)|no place of a file|^there is no such file|^the file is not here|interaction's `media`/,
];
/** Sources whose words do not come to a desk: webhooks, the socket, descriptions for programs, keys of browsers. */
const APART =
  /\/(routes|described|reference|shapes|adapters)\/|(webhooks|live|app|sealing|encryption|__init__)\.py$/;
const ERRORS =
  'InputInvalid|NotSignedIn|WrongCredentials|CodeNeeded|WrongCode|NotAllowed|CrossSite|NotFound|Conflict|' +
  'OverLimit|TooSlow|TooBusy|TooManyTries|KeyReused|Refused';
const LINE = new RegExp(
  `(?:\\b(?:${ERRORS})\\(\\s*|\\b(?:mend|detail|wrong)\\s*=\\s*\\(?\\s*|Mend\\(\\s*\\w+,\\s*|Refusal\\(Reason\\.\\w+,\\s*|` +
    `"(?:internal|unavailable|refused|not-found|method-not-allowed)",\\s*)(f?"(?:[^"\\\\]|\\\\.)*")(?:,\\s*"(see [^"]+|use [^"]+)")?`,
  'g',
);
const FOLDERS = [
  'web',
  'routing',
  'organisation',
  'profile',
  'conversations',
  'delivery',
  'media',
  'history',
];

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.py') && !APART.test(name))
    .map((name) => readFileSync(name, 'utf8'));
}

/** As somebody would read it: what is filled in is a number, which also passes for a name. */
const filled = (literal: string) =>
  literal
    .replace(/^f?"|"$/g, '')
    .replace(/\{+[^{}]+\}+/g, '7')
    .replace(/; 7$/, '');

/** Put together of two that stand apart; the first test says them whole. And a word of a progress that is no refusal. */
const ASSEMBLED = /^7, so free text|^7: 7 7 it$|^done$/;

const lines = FOLDERS.map((folder) => `../hub/${folder}`)
  .flatMap(sources)
  .concat(readFileSync('../hub/model.py', 'utf8'))
  .flatMap((source) => [...source.matchAll(LINE)].flatMap((one) => [one[1], one[2]]))
  .filter((one) => one !== undefined)
  .map(filled)
  .filter((line) => line !== '7' && ![...PROGRAMS, ASSEMBLED].some((one) => one.test(line)));

test('every line that a person at the desk may meet is known', () => {
  expect(lines.length).toBeGreaterThan(200);
  expect([...new Set(lines)].filter((line) => refused.told(line) === null)).toEqual([]);
});

test('in English nobody at the desk is told what a program would ask', () => {
  const programs = /GET \/|POST \/|DELETE \/|\/api\/v1|docs\/|readyz|bearer|double quotes|`\w+`,? or/;
  expect(
    [...new Set(lines)].map((line) => english.told(line)).filter((line) => programs.test(line ?? '')),
  ).toEqual([]);
});

test('every fault of an account’s settings is known', () => {
  const faults = ['sms_twilio/settings.py', 'sms_http/settings.py'].flatMap((name) => [
    ...readFileSync(`../hub/adapters/${name}`, 'utf8').matchAll(
      /(?:, |\(\s*|\[\s*|^\s+)(f?"(?:[^"\\]|\\.)* (?:must|may|missing|go together|is no|has|nothing|fills|sends|put)(?:[^"\\]|\\.)*")/gm,
    ),
  ]);
  const told = faults.map((one) => filled(one[1] ?? ''));
  expect(told.length).toBeGreaterThan(30);
  expect(told.filter((line) => refused.told(line) === null)).toEqual([]);
});

test('every reason of a step that gave nobody is known', () => {
  const text = sources('../hub/routing').join('\n');
  const reasons = [
    ...text.matchAll(/\b(?:take_back|go_on)\([^)]*why="([^"]+)"/g),
    ...text.matchAll(/^(?:ASKED_ALREADY|NOT_IN_TIME) = "([^"]+)"/gm),
    ...text.matchAll(/"(none is set|nobody wrote lately|is offline|is full)"/g),
  ].map((one) => one[1] ?? '');
  expect(new Set(reasons).size).toBeGreaterThan(8);
  expect(reasons.filter((one) => passed(one) === null)).toEqual([]);
});
