/** What is offered to her: she has a little while to accept it, then it goes on to the next. */
import type { Conversation } from '../hub/shapes/conversations';
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
