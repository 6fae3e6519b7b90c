/** How the result of an exchange looks: good, bad, or on its way. */
import type { Exchange } from '../../../hub/shapes/administration';

const LOOKS = {
  accepted: 'good',
  sent: 'good',
  delivered: 'good',
  read: 'good',
  received: 'good',
  refused: 'bad',
  failed: 'bad',
  undelivered: 'bad',
  unknown: 'warn',
  postponed: 'warn',
  absent: 'warn',
} as const;

export function lookOf(one: Pick<Exchange, 'result'>): 'good' | 'bad' | 'warn' | 'plain' {
  return LOOKS[one.result as keyof typeof LOOKS] ?? 'plain';
}
