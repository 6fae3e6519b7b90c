import { expect, test } from 'vitest';
import { known, named, oursOf, typedNumber } from './writing';

test('each address once, texts before WhatsApp, what is no telephone left out', () => {
  expect(known(['whatsapp:+98213', 'tel:+98212', 'tel:+98211', 'tel:+98212', 'mailto:a@b.ir'])).toEqual([
    { from: '+98211', channel: 'sms' },
    { from: '+98212', channel: 'sms' },
    { from: 'whatsapp:+98213', channel: 'whatsapp' },
  ]);
  expect(oursOf('chat:site')).toBeNull();
});

test('the addresses in a problem', () => {
  expect(named('ours: +982100002020, whatsapp:+982100003030')).toEqual([
    '+982100002020',
    'whatsapp:+982100003030',
  ]);
  expect(named('none yet')).toEqual([]);
});

test('a number as people write it', () => {
  expect(typedNumber('۰۰۹۸ (۹۱۲) ۱۲۳-۴۵ ۶۷')).toBe('+989121234567');
});
