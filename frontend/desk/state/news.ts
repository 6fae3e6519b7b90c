import type { Conversation } from '../hub/shapes/conversations';

/** It is hers now; somebody wrote whom she has; she may accept it; somebody else has what she could have accepted. */
export type News = 'given' | 'wrote' | 'offered' | 'gone';

/** What is worth telling, if anything. */
export function news(
  one: Conversation,
  before: Conversation | undefined,
  agentId: string | null,
): News | null {
  if (agentId === null || one.status !== 'open' || !before) return null;
  if (one.offered_to === agentId) {
    const same = before.offered_to === agentId && before.offered_until === one.offered_until;
    return same ? null : 'offered';
  }
  if (before.offered_to === agentId && one.assignee_id !== null && one.assignee_id !== agentId) return 'gone';
  if (one.assignee_id !== agentId) return null;
  if (before.offered_to === agentId) return null; // she has just accepted it
  if (before.assignee_id !== agentId && one.waiting_since !== null) return 'given';
  if (one.rearranged_at !== before.rearranged_at) return null; // joined, not written
  const newer = (one.last_inbound_at ?? '') > (before.last_inbound_at ?? '');
  return newer ? 'wrote' : null;
}
