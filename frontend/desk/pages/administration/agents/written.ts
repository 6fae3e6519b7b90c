/** What the form of an agent holds, and what of it is sent. */
import type { Agent, RoleName } from '../../../hub/shapes/people';
import { capacityOf, skillsOf } from './skills';

interface Written {
  name: string;
  role: RoleName;
  language: string;
  teams: readonly string[];
  skills: string;
  written: string | number | null;
  live: string | number | null;
}

export const written = (agent: Agent | null, comma: string): Written => ({
  name: agent?.name ?? '',
  role: agent?.role ?? 'agent',
  language: agent?.language ?? '',
  teams: agent?.teams ?? [],
  skills: agent?.skills.join(comma) ?? '',
  written: agent?.written_capacity ?? 100,
  live: agent?.live_capacity ?? 100,
});

const sent = (said: Written) => ({
  name: said.name.trim(),
  role: said.role,
  language: said.language || null,
  teams: [...said.teams].toSorted(),
  skills: skillsOf(said.skills),
  written_capacity: capacityOf(said.written),
  live_capacity: capacityOf(said.live),
});

/** All of it for a new agent, else what differs: what another administrator changes meanwhile stays. */
export function bodyOf(said: Written, before: Written | null): Record<string, unknown> {
  const now = sent(said);
  if (!before) return now;
  const was = sent(before) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])),
  );
}
