/** No word stands there for nothing: each key of the English words is asked for somewhere outside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { en } from './en';

const sources = readdirSync('desk', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(svelte|ts)$/.test(name) && !/^words\/(en|fa)\/|\.test\.ts$/.test(name))
  .map((name) => readFileSync(`desk/${name}`, 'utf8').replace(/<style>.*/s, ''));
/** A component that is given words of any page. */
const GIVEN = '\\{ words \\}: \\{ words: ';

interface Asked {
  /** After a dot, or in quotes for `words[…]`. */
  names: Set<string>;
  /** What is looked up in by a name that is known only as it runs: all of it counts. */
  tables: Set<string>;
}

/** What the files that take words of this page ask for. */
function asked(page: string): Asked {
  const takes = new RegExp(`say\\(\\)\\s*\\.${page}\\b|Words\\['${page}'\\]|${GIVEN}`);
  const texts = sources.filter((source) => takes.test(source));
  const lookUp = texts.filter((text) => text.includes('words['));
  return {
    names: found(texts, /[.'](\w+)/g),
    tables: new Set([
      ...found(texts, /\.(\w+)\s*(?:\?\.)?\[/g),
      ...found(lookUp, new RegExp(`say\\(\\)\\.${page}\\.(\\w+)\\);`, 'g')),
    ]),
  };
}

const found = (texts: string[], pattern: RegExp) =>
  new Set([...texts.join('\n').matchAll(pattern)].map((one) => one[1] ?? ''));

function dead(words: object, path: string, { names, tables }: Asked): string[] {
  return Object.entries(words).flatMap(([key, word]: [string, unknown]) => {
    if (!names.has(key)) return [`${path}.${key}`];
    return typeof word === 'object' && word && !tables.has(key)
      ? dead(word, `${path}.${key}`, { names, tables })
      : [];
  });
}

test('every word is asked for somewhere', () => {
  expect(Object.entries(en).flatMap(([page, words]) => dead(words, page, asked(page)))).toEqual([]);
});
