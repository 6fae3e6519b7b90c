import type { Agent, Id } from '../hub/shapes/people';

/** As the hub gives the reason of whoever let too many offers pass (hub/routing/offers.py). */
const MISSED = 'missed';

/** Whether she is away for that reason, and not since she said so. */
export const hasMissed = (one: Pick<Agent, 'declared' | 'reason'>): boolean =>
  one.declared === 'away' && one.reason === MISSED;

/** Who counts as away from now on since she let her offers pass; nobody of whom nothing was known. */
export function justMissed(before: ReadonlyMap<Id, Agent>, now: ReadonlyMap<Id, Agent>): Agent[] {
  return [...now.values()].filter((one) => {
    const was = before.get(one.id);
    return was !== undefined && hasMissed(one) && !(hasMissed(was) && was.declared_at === one.declared_at);
  });
}
