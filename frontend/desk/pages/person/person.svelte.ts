/** Everything the panel shows of one customer, loaded once and kept true. */
import { get, Problem, type Page } from '../../hub/client';
import type { Conversation } from '../../hub/shapes/conversations';
import type { Customer } from '../../hub/shapes/customers';
import type { Id } from '../../hub/shapes/people';
import { live } from '../../state/connection.svelte';
import { conversations } from '../../state/conversations.svelte';
import { customers } from '../../state/customers.svelte';
import { me } from '../../state/me.svelte';
import { notices } from '../../state/notices.svelte';
import { newestOf } from './hers';
import { Timeline } from './timeline.svelte';

/** Of more than so many conversations, the newest are shown; the timeline leads to every one. */
const MOST = 100;

export class Person {
  readonly timeline: Timeline;
  lost = $state(false);
  failed = $state(false);
  conversations = $state.raw<readonly Conversation[]>([]);

  constructor(readonly id: Id) {
    this.timeline = new Timeline(id);
  }

  get customer(): Customer | undefined {
    return customers.byId.get(this.id);
  }

  /** Whether conversations are hers to see at all. */
  get desk(): boolean {
    return me.who.role !== 'marketer';
  }

  conversation(id: Id): Conversation | undefined {
    return this.conversations.find((one) => one.id === id);
  }

  async load(): Promise<void> {
    this.lost = this.failed = false;
    try {
      const reading = [customers.read(this.id), this.#readConversations()];
      await Promise.all(reading);
    } catch (error) {
      this.lost = error instanceof Problem && (error.status === 404 || error.status === 422);
      this.failed = !this.lost;
      if (this.failed) notices.failed(error);
    }
  }

  /** Follow what happens; `scrolled` says whether somebody reads further down. Ends when the answer is called. */
  follow(scrolled: () => boolean): () => void {
    const stops = [
      customers.watch(this.id),
      conversations.listen((one) => {
        if (one.customer_id === this.id) this.#came(one, scrolled);
      }),
      live.listen({
        hint: (hint) => {
          const hers = hint.conversation && this.conversation(hint.conversation);
          if (hers || this.timeline.items.some((one) => one.id === hint.id)) this.timeline.soon(scrolled);
        },
        // After a lost connection: what was missed.
        snapshot: () => this.timeline.soon(scrolled),
      }),
    ];
    return () => {
      stops.forEach((stop) => stop());
      this.timeline.stop();
    };
  }

  async #readConversations(): Promise<void> {
    if (!this.desk) return;
    const query = { customer: this.id, limit: MOST };
    const { items } = await get<Page<Conversation>>('/conversations', query);
    this.conversations = newestOf(this.conversations, items);
  }

  #came(one: Conversation, scrolled: () => boolean): void {
    const before = this.conversation(one.id);
    this.conversations = [one, ...this.conversations.filter((each) => each.id !== one.id)];
    if (before?.version !== one.version || before.last?.id !== one.last?.id) this.timeline.soon(scrolled);
  }
}
