/** Until when each conversation was read in this browser: the hub keeps that too, but does not tell it. */
import type { Id } from '../../hub/shapes/people';
import { me } from '../../state/me.svelte';

const MOST = 500;
const name = () => `peyvand.read.${me.agentId ?? ''}`;
const all = () => JSON.parse(localStorage.getItem(name()) ?? '{}') as Record<Id, string>;

export function readTo(conversation: Id): number | null {
  const at = all()[conversation];
  return at ? Date.parse(at) : null;
}

/** It is seen up to there now; whether that is news. The oldest of many are forgotten. */
export function seen(conversation: Id, at: string): boolean {
  const { [conversation]: before, ...others } = all();
  if (before && Date.parse(before) >= Date.parse(at)) return false;
  const kept = Object.entries({ ...others, [conversation]: at }).slice(-MOST);
  localStorage.setItem(name(), JSON.stringify(Object.fromEntries(kept)));
  return true;
}
