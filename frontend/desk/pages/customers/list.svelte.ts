/** The customers that fit what is typed, page by page. */
import { Away, get, Problem, type Page } from '../../hub/client';
import type { Customer } from '../../hub/shapes/customers';
import { customers } from '../../state/customers.svelte';
import { notices } from '../../state/notices.svelte';

const LIMIT = 60;
/** Milliseconds after the last key until the hub is asked. */
const PAUSE = 180;

export class CustomerList {
  items = $state.raw<readonly Customer[]>([]);
  ready = $state(false);
  failed = $state(false);
  fetching = $state(false);
  #words = '';
  #next: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: AbortController | undefined;

  /** Look for these words, soon; at once if it is the first look. */
  look(words: string): void {
    clearTimeout(this.#timer);
    this.#words = words.trim();
    if (this.ready) this.#timer = setTimeout(() => void this.again(), PAUSE);
    else void this.again();
  }

  async again(): Promise<void> {
    this.failed = false;
    const page = await this.#page(null);
    if (!page) return;
    this.#next = page.next;
    this.items = page.items.map((one) => customers.take(one));
    this.ready = true;
  }

  async more(): Promise<void> {
    if (this.#next === null || this.fetching || this.failed) return;
    const page = await this.#page(this.#next);
    if (!page) return;
    this.#next = page.next;
    const there = new Set(this.items.map((one) => one.id));
    const fresh = page.items.filter((one) => !there.has(one.id));
    this.items = [...this.items, ...fresh.map((one) => customers.take(one))];
  }

  /** One who was made just now stands first. */
  add(customer: Customer): void {
    this.items = [customer, ...this.items.filter((one) => one.id !== customer.id)];
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop?.abort();
  }

  /** Null if it failed, or if meanwhile something else was asked for. */
  async #page(cursor: string | null): Promise<Page<Customer> | null> {
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    this.fetching = true;
    try {
      const query = { query: this.#words, cursor, limit: LIMIT };
      return await get<Page<Customer>>('/customers', query, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return null;
      if (!(error instanceof Problem || error instanceof Away)) throw error;
      this.failed = true;
      notices.failed(error);
      return null;
    } finally {
      if (this.#stop === stop) this.fetching = false;
    }
  }
}
