/** The hub's clock, as the `Date` of its answers tells it: half a minute is not measured by a clock that is minutes off. */

/** Milliseconds: an answer that took longer says too little of the time, and a smaller difference is none. */
const CLEAR = 1_000;
let ahead = 0;

/** An answer that was asked for at `sent` came at `came`, both by the clock of here. */
export function heard(date: string | null, sent: number, came: number): void {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told) || came - sent > CLEAR) return;
  const fresh = told + 500 - (sent + came) / 2; // it tells whole seconds
  if (Math.abs(fresh - ahead) > CLEAR) ahead = fresh;
}

/** Milliseconds until then by the hub's clock, or 0. */
export const left = (until: string, now = Date.now()): number =>
  Math.max(0, Date.parse(until) - (now + ahead));
