/** One customer's conversations. Pure. */
import type { Conversation } from '../../hub/shapes/conversations';

const RANK = { open: 0, snoozed: 1, resolved: 2 } as const;
const moved = (one: Conversation) => Date.parse(one.last?.accepted_at ?? one.opened_at);

/** What is known with what an answer brings: of each the newer, whichever came first. */
export function newestOf(known: readonly Conversation[], came: readonly Conversation[]): Conversation[] {
  const all = new Map(came.map((one) => [one.id, one]));
  for (const one of known) if (one.version > (all.get(one.id)?.version ?? -1)) all.set(one.id, one);
  return [...all.values()];
}

/** Open ones, then snoozed ones, then resolved ones; of each the one last spoken in first. */
export function openFirst(all: readonly Conversation[]): Conversation[] {
  return all.toSorted(
    (a, b) => RANK[a.status] - RANK[b.status] || moved(b) - moved(a) || b.number - a.number,
  );
}
