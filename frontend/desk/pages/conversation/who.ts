/** Whose an interaction is, as the thread names her. `customer` is safe to show. */
import type { Interaction } from '../../hub/shapes/conversations';
import { me } from '../../state/me.svelte';
import { organisation } from '../../state/organisation.svelte';
import { say } from '../../words/words.svelte';

export function whoWrote(one: Interaction, customer: string): string {
  if (one.direction === 'inbound') return customer;
  if (one.agent_id === null) return say().thread.organisation;
  return one.agent_id === me.agentId ? say().thread.you : organisation.agentName(one.agent_id);
}
