/** Agents and teams by id: names for everything that bears one, safe to show wherever they stand. */
import { Away, get, Problem, type Page } from '../hub/client';
import { plain } from '../design/plain';
import type { Agent, Id, Team } from '../hub/shapes/people';
import { say } from '../words/words.svelte';
import { connection, live } from './connection.svelte';
import { me } from './me.svelte';
import { OneAtATime } from './oneAtATime';

class Organisation {
  agents = $state.raw<ReadonlyMap<Id, Agent>>(new Map());
  teams = $state.raw<ReadonlyMap<Id, Team>>(new Map());
  loaded = $state(false);
  #reading = new OneAtATime(() => this.#read());

  constructor() {
    if (connection.open) void this.#follow(); // the snapshot came before the page that asks for names
    live.listen({
      snapshot: () => void this.#follow(),
      hint: (hint) => {
        if (hint.kind === 'agent') void this.#follow();
      },
    });
  }

  /** Read both lists. */
  read(): Promise<void> {
    return this.#reading.run();
  }

  /** Nobody waits for it: who is signed out sees that, and after an absence the snapshot has it read again. */
  async #follow(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Away)) throw error;
    }
  }

  async #read(): Promise<void> {
    const [agents, teams] = await Promise.all([get<Page<Agent>>('/agents'), get<Page<Team>>('/teams')]);
    this.agents = new Map(agents.items.map((one) => [one.id, { ...one, name: plain(one.name) }]));
    this.teams = new Map(teams.items.map((one) => [one.id, { ...one, name: plain(one.name) }]));
    this.loaded = true;
    const mine = me.agentId ? this.agents.get(me.agentId) : undefined;
    if (mine) me.seen(mine);
  }

  agentName(id: Id | null | undefined): string {
    return id ? (this.agents.get(id)?.name ?? '…') : say().common.somebody;
  }

  teamName(id: Id | null | undefined): string | null {
    return id ? (this.teams.get(id)?.name ?? '…') : null;
  }
}

export const organisation = new Organisation();
