import type { Conversation } from '../hub/shapes/conversations';

/** What is worth telling, if anything. */
export function news(
  one: Conversation,
  before: Conversation | undefined,
  agentId: string | null,
): 'given' | 'wrote' | null {
  if (agentId === null || one.assignee_id !== agentId || one.status !== 'open' || !before) return null;
  if (before.assignee_id !== agentId && one.waiting_since !== null) return 'given';
  if (one.rearranged_at !== before.rearranged_at) return null; // joined, not written
  const newer = (one.last_inbound_at ?? '') > (before.last_inbound_at ?? '');
  return newer ? 'wrote' : null;
}
