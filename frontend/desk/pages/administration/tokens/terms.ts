/** How long a token lasts. */
import type { Token } from '../../../hub/shapes/administration';

export const TERMS = ['never', 'days30', 'days90', 'days365', 'date'] as const;
export type Term = (typeof TERMS)[number];
type TokenState = 'good' | 'expired' | 'revoked';

const DAYS: Partial<Record<Term, number>> = { days30: 30, days90: 90, days365: 365 };

/**
 * When it ends: null is never, undefined that no time can be made of what was given. `day` is `2027-03-20`; it is the
 * last one, so the token ends as that day does here.
 */
export function endOf(term: Term, day: string, now: Date): Date | null | undefined {
  if (term === 'never') return null;
  const days = DAYS[term];
  if (days !== undefined) return new Date(now.getTime() + days * 86_400_000);
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return undefined;
  const end = new Date(year, month - 1, date + 1);
  return end > now ? end : undefined;
}

export function stateOf(token: Token, now: number): TokenState {
  if (token.revoked_at !== null) return 'revoked';
  return token.expires_at !== null && new Date(token.expires_at).getTime() <= now ? 'expired' : 'good';
}
