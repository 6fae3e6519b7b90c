import type { Agent, Id } from '../hub/shapes/people';

/** As the hub gives the reason of whoever let too many offers pass (hub/routing/offers.py). */
const MISSED = 'missed';

/** Who counts as away from now on since she let her offers pass; nobody of whom nothing was known. */
export function justMissed(before: ReadonlyMap<Id, Agent>, now: ReadonlyMap<Id, Agent>): Agent[] {
  const missed = (one: Agent) => one.declared === 'away' && one.reason === MISSED;
  return [...now.values()].filter((one) => {
    const was = before.get(one.id);
    return was !== undefined && missed(one) && !(missed(was) && was.declared_at === one.declared_at);
  });
}
