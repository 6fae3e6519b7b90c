/** What is offered to her: she has a little while to accept it, then it goes on to the next. */
import type { Conversation } from '../hub/shapes/conversations';
import type { Agent, Id } from '../hub/shapes/people';
import { conversations } from './conversations.svelte';
import { me } from './me.svelte';

class Offers {
  /** Those that wait for her, which ends first in front. */
  readonly mine = $derived.by<Conversation[]>(() => {
    if (!me.agentId) return [];
    const found = [...conversations.byId.values()].filter((one) => one.offered_to === me.agentId);
    return found.sort((a, b) => ends(a) - ends(b));
  });
}

const ends = (one: Conversation) => Date.parse(one.offered_until ?? one.opened_at);

export const offers = new Offers();

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
