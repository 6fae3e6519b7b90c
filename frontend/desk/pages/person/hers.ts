/** The order of one customer's conversations. Pure. */
import type { Conversation } from '../../hub/shapes/conversations';

const RANK = { open: 0, snoozed: 1, resolved: 2 } as const;
const moved = (one: Conversation) => Date.parse(one.last?.accepted_at ?? one.opened_at);

/** Open ones, then snoozed ones, then resolved ones; of each the one last spoken in first. */
export function openFirst(all: readonly Conversation[]): Conversation[] {
  return all.toSorted(
    (a, b) => RANK[a.status] - RANK[b.status] || moved(b) - moved(a) || b.number - a.number,
  );
}
