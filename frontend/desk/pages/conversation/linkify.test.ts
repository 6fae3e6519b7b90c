import { expect, test } from 'vitest';
import { linkify } from './linkify';

const links = (text: string) =>
  linkify(text)
    .filter((piece) => piece.href)
    .map(({ text: shown, href }) => [shown, href]);

test('addresses end where the sentence does, in Persian as well', () => {
  expect(links('See https://example.ir/a?b=1.')).toEqual([
    ['https://example.ir/a?b=1', 'https://example.ir/a?b=1'],
  ]);
  expect(links('این را ببینید: https://example.ir/راه، بعد؟')).toEqual([
    ['https://example.ir/راه', 'https://example.ir/%D8%B1%D8%A7%D9%87'],
  ]);
  expect(links('«www.example.ir»؛')).toEqual([['www.example.ir', 'https://www.example.ir/']]);
  expect(links('(https://en.example.org/wiki/A_(b))')).toEqual([
    ['https://en.example.org/wiki/A_(b)', 'https://en.example.org/wiki/A_(b)'],
  ]);
});

test('telephone numbers in every digits', () => {
  expect(links('زنگ بزنید: ۰۹۱۲ ۱۲۳ ۴۵۶۷.')).toEqual([['۰۹۱۲ ۱۲۳ ۴۵۶۷', 'tel:09121234567']]);
  expect(links('+98 (21) 8888-7777')).toEqual([['+98 (21) 8888-7777', 'tel:+982188887777']]);
  expect(links('order 123456789012 of 2026-11-25')).toEqual([]);
});

test('mail', () => {
  expect(links('write to sara@example.ir!')).toEqual([['sara@example.ir', 'mailto:sara@example.ir']]);
});

test('nothing runs, and nothing poses as another', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'https://bank.example@evil.example/',
    'file:///etc/passwd',
    'http://localhost',
  ])
    expect(links(text).map(([, href]) => href)).toEqual([]);
  expect(links('https://a.example/\u202Egnp.exe')).toEqual([['https://a.example/', 'https://a.example/']]);
});

test('nothing of the text is lost', () => {
  const text = 'a https://x.example, b ۰۹۱۲۱۲۳۴۵۶۷ c <script> d@e.example؟';
  expect(
    linkify(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});
