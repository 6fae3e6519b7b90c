/** Every contact with one customer, newest first: older pages as one scrolls, news as it comes. */
import { get, Problem, Away, type Page } from '../../hub/client';
import type { DirectionName, Interaction } from '../../hub/shapes/conversations';
import type { ChannelName, Id } from '../../hub/shapes/people';
import { notices } from '../../state/notices.svelte';
import { OneAtATime } from '../../state/oneAtATime';
import { merged, rowsOf, type Grouping } from './rows';

const FIRST = 60;
const LATER = 200;
/** Milliseconds in which hints gather. */
const GATHER = 250;

export class Timeline {
  items = $state.raw<readonly Interaction[]>([]);
  channel = $state<ChannelName | ''>('');
  direction = $state<DirectionName | ''>('');
  grouping = $state<Grouping>('day');
  readonly rows = $derived(rowsOf(this.items, this.grouping));
  ready = $state(false);
  fetching = $state(false);
  /** The last fetch failed; `more` or `begin` tries again. */
  failed = $state(false);
  /** News came above what is seen: the list keeps its place. */
  shift = $state(false);
  #next = $state.raw<string | null>(null);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #scrolled = () => false;
  #refreshing = new OneAtATime(() => this.#refresh());

  constructor(private readonly customerId: Id) {}

  get complete(): boolean {
    return this.ready && this.#next === null;
  }

  get filtered(): boolean {
    return this.channel !== '' || this.direction !== '';
  }

  /** From the newest on, by the filters of now. */
  async begin(): Promise<void> {
    const asked = ++this.#asked;
    this.ready = this.failed = false;
    const page = await this.#page(null, FIRST);
    if (asked !== this.#asked) return;
    this.failed = page === null;
    if (!page) return;
    this.#show(page.items, false);
    this.#next = page.next;
    this.ready = true;
  }

  async more(): Promise<void> {
    if (this.#next === null || this.fetching || !this.ready) return;
    const asked = this.#asked;
    this.fetching = true;
    const page = await this.#page(this.#next, LATER);
    this.fetching = false;
    if (asked !== this.#asked) return;
    this.failed = page === null;
    if (!page) return;
    this.#show([...this.items, ...page.items], false);
    this.#next = page.next;
  }

  /** Something has passed or changed: look at the newest again, soon. */
  soon(scrolled: () => boolean): void {
    this.#scrolled = scrolled;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#refreshing.run();
    }, GATHER);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  async #refresh(): Promise<void> {
    const asked = this.#asked;
    const page = this.ready ? await this.#page(null, FIRST, true) : null;
    if (!page || asked !== this.#asked) return;
    const together = merged(this.items, page.items);
    if (!together) {
      this.#asked += 1; // an older page on its way would go on from what is here no more
      this.#next = page.next;
    }
    this.#show(together ?? page.items, this.#scrolled());
  }

  #show(items: readonly Interaction[], shift: boolean): void {
    this.shift = shift;
    this.items = items;
  }

  async #page(cursor: string | null, limit: number, quiet = false): Promise<Page<Interaction> | null> {
    const query = { channel: this.channel, direction: this.direction, cursor, limit };
    try {
      return await get<Page<Interaction>>(`/customers/${this.customerId}/history`, query);
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Away)) throw error;
      // News that did not come is asked for with the next hint; a person's own wish that failed is told.
      if (!quiet) notices.failed(error);
      return null;
    }
  }
}
