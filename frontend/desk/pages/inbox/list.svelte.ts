/** What the list shows now: a view with its filters, from the address bar, over what the desk knows. */
import { get, type Page } from '../../hub/client';
import type { Conversation } from '../../hub/shapes/conversations';
import type { ChannelName } from '../../hub/shapes/people';
import { router } from '../../router/router.svelte';
import { conversations } from '../../state/conversations.svelte';
import { me } from '../../state/me.svelte';
import { notices } from '../../state/notices.svelte';
import {
  BELONGS,
  count,
  inOrder,
  passes,
  type Filter,
  type Looker,
  type Order,
  type ViewName,
} from './views';

const filterOf = (query: URLSearchParams): Filter => ({
  channel: query.get('channel') as ChannelName | null,
  team: query.get('team'),
  assignee: query.get('assignee'),
  language: query.get('language'),
  waiting: query.get('waiting') === 'true',
  words: query.get('words') ?? '',
});

export const isFiltered = (filter: Filter) =>
  Object.values(filter).some((value) => value !== null && value !== false && value !== '');

export class List {
  readonly looker = $derived<Looker>({
    agentId: me.agentId,
    teams: new Set(me.who.agent?.teams ?? []),
    leads: me.leads,
  });
  readonly filter = $derived(filterOf(router.query));
  readonly order = $derived<Order>(router.query.get('order') === 'newest' ? 'newest' : 'waiting');
  readonly counted = $derived(count(conversations.byId.values(), this.looker));
  readonly items = $derived.by(() => {
    const found: Conversation[] = [];
    for (const one of conversations.byId.values()) {
      if (BELONGS[this.view](one, this.looker) && passes(one, this.filter)) found.push(one);
    }
    return this.view === 'resolved' ? found.sort(lastResolvedFirst) : inOrder(found, this.order);
  });
  readonly languages = $derived.by(() => {
    const found = new Set<string>();
    for (const one of conversations.byId.values())
      if (one.customer_language) found.add(one.customer_language);
    return [...found].sort();
  });
  /** Pages of resolved ones are being fetched. */
  fetching = $state(false);
  #next: string | null = '';
  #of = '';

  constructor(private readonly viewNow: () => ViewName) {}

  get view(): ViewName {
    return this.viewNow();
  }

  /** Resolved ones are not all here: fetch the next page of them, if there is one. */
  async more(): Promise<void> {
    const { channel, team, assignee } = this.filter;
    const of = this.#ofNow();
    if (of !== this.#of) [this.#of, this.#next] = [of, ''];
    if (this.#next === null || this.fetching) return;
    this.fetching = true;
    try {
      const query = { status: 'resolved', channel, team, assignee, cursor: this.#next, limit: 50 };
      const page = await get<Page<Conversation>>('/conversations', query);
      page.items.forEach((one) => conversations.take(one));
      if (of === this.#of) this.#next = page.next;
    } catch (error) {
      notices.failed(error);
    } finally {
      this.fetching = false;
    }
    if (this.view === 'resolved' && of !== this.#ofNow()) await this.more();
  }

  /** By what the hub filters them. */
  #ofNow(): string {
    const { channel, team, assignee } = this.filter;
    return JSON.stringify([channel, team, assignee]);
  }
}

function lastResolvedFirst(a: Conversation, b: Conversation): number {
  return Date.parse(b.resolved_at ?? b.opened_at) - Date.parse(a.resolved_at ?? a.opened_at);
}
