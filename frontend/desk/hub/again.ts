/** Whether and when something that failed is tried again, with the same Idempotency-Key. */
import { Problem } from './client';

const LONGEST = 30_000;

/** What the hub has not said is no answer; 401 passes by signing in again, the others are about the hub or the line. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return [401, 408, 425, 429].includes(error.status) || error.status >= 500;
}

/** Milliseconds to wait after so many tries. */
export const pause = (tries: number): number => Math.min(1000 * 2 ** Math.max(tries - 1, 0), LONGEST);
