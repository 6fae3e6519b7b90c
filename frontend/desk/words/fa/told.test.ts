import { expect, test } from 'vitest';
import { told } from './told';

const said = (sentence: string) => told(sentence)?.replace(/[\u2068\u2069]/g, '') ?? null;

test('decisions read as Persian sentences', () => {
  expect(said('Mina, the owner, is free (15 of 100).')).toBe('Mina، مسئول مشتری، آزاد است (۱۵ از ۱۰۰).');
  expect(said('The owner Ali is offline; Mina has the least load (0 of 100).')).toBe(
    'مسئول مشتری، Ali، متصل نیست؛ بار کاری Mina از همه کمتر است (۰ از ۱۰۰).',
  );
  expect(said('Somebody of the organisation assigned it to Ali.')).toBe('کسی از سازمان آن را به Ali سپرد.');
  expect(said('It was the first in line; Mina became free (0 of 100).')).toBe(
    'نخستین در صف بود؛ Mina آزاد شد (۰ از ۱۰۰).',
  );
  expect(said('The customer wrote; it is open and back with Mina.')).toBe(
    'مشتری نوشت؛ باز شد و به Mina برگشت.',
  );
});

test('what was split, joined and undone', () => {
  expect(said('Mina split off another matter.')).toBe('Mina موضوع دیگری را از آن جدا کرد.');
  expect(said('Somebody of the organisation joined it into another.')).toBe(
    'کسی از سازمان آن را به گفت‌وگوی دیگری پیوست.',
  );
  expect(said('Mina undid a join.')).toBe('Mina پیوستنی را برگرداند.');
});

test('reasons of a refusal', () => {
  expect(said('Mina accepted it first')).toBe('Mina پیش از شما آن را برداشت.');
  expect(said('It is open already')).toBe('از پیش باز است.');
});

test('a clause that is not known leaves the whole sentence to the hub', () => {
  expect(told('The moon is full; Mina took it.')).toBeNull();
});
