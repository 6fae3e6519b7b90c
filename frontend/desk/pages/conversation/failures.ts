/** Why a message did not arrive, as a word of ours: by the provider's code where we know it, else by the hub's sentence. */
import type { say } from '../../words/words.svelte';

type FailureName = keyof ReturnType<typeof say>['thread']['reasons'];

/** Codes of Twilio (hub/adapters/sms_twilio/words.py says them all). */
const BY_CODE: Record<string, FailureName> = {
  '21610': 'optedOut',
  '30003': 'off',
  '30004': 'blocked',
  '30005': 'noNumber',
  '30006': 'landline',
  '21635': 'landline',
  '21614': 'landline',
  '21211': 'invalid',
  '21217': 'invalid',
  '21401': 'invalid',
  '21421': 'invalid',
  '30007': 'spam',
  '30450': 'spam',
  '30008': 'noReason',
  '30453': 'noReason',
  '63016': 'window',
  '63003': 'noWhatsApp',
  '63024': 'noWhatsApp',
  '11200': 'file',
  '12300': 'file',
  '21620': 'file',
  '30011': 'file',
  '30019': 'file',
  '63019': 'file',
  '63021': 'file',
  '21408': 'country',
  '30002': 'account',
  '20003': 'account',
  '21605': 'tooLong',
  '21617': 'tooLong',
  '30036': 'expired',
  '30017': 'busy',
  '30001': 'busy',
};

/** Sentences of the last gate (hub/delivery/gate.py). */
const BY_SENTENCE: readonly [RegExp, FailureName][] = [
  [/customer asked to stop/, 'optedOut'],
  [/hours have passed since she last wrote/, 'window'],
  [/template is not approved/, 'template'],
  [/account it should go out from/, 'account'],
  [/file that should go with it/, 'file'],
  [/the message is empty/, 'empty'],
];

export function failureOf(code: string | null, reason: string | null): FailureName | null {
  if (code !== null && BY_CODE[code]) return BY_CODE[code];
  return BY_SENTENCE.find(([pattern]) => pattern.test(reason ?? ''))?.[1] ?? null;
}
