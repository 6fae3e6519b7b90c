/** Customers somebody looks at, kept true by the live connection: one row each, whichever page shows it. */
import { SvelteMap } from 'svelte/reactivity';
import { get, patch, post } from '../hub/client';
import type { ContactPoint, Customer } from '../hub/shapes/customers';
import type { Id } from '../hub/shapes/people';
import { live } from './connection.svelte';

/** What of a customer may be changed. A field left out stays as it is. */
export interface CustomerEdit {
  name?: string | null;
  language?: string | null;
  time_zone?: string | null;
  owner?: Id | null;
  attributes?: Record<string, unknown>;
}

interface NewCustomer extends CustomerEdit {
  contact_points?: ContactPoint['contact_point'][];
}

class Customers {
  readonly byId = new SvelteMap<Id, Customer>();
  #watched = new Map<Id, number>();

  constructor() {
    live.listen({
      snapshot: () => [...this.#watched.keys()].forEach((id) => void this.#again(id)),
      hint: (hint) => {
        if (hint.kind !== 'customer' || !this.#watched.has(hint.id)) return;
        if ((this.byId.get(hint.id)?.version ?? -1) < hint.version) void this.#again(hint.id);
      },
    });
  }

  /** Keep this one true until the answer is called. */
  watch(id: Id): () => void {
    this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    return () => {
      const left = (this.#watched.get(id) ?? 1) - 1;
      if (left > 0) this.#watched.set(id, left);
      else this.#watched.delete(id);
    };
  }

  /** Raises `Problem` if there is no such customer. */
  async read(id: Id): Promise<Customer> {
    return this.take(await get<Customer>(`/customers/${id}`));
  }

  /** Newer news of one, from whatever answer it stood in. */
  take(customer: Customer): Customer {
    const known = this.byId.get(customer.id);
    if (known && known.version > customer.version) return known;
    this.byId.set(customer.id, customer);
    return customer;
  }

  /** Change what was seen as `version`; raises `Problem` 409 if somebody else was quicker. */
  async edit(id: Id, version: number, changes: CustomerEdit): Promise<Customer> {
    return this.take(await patch<Customer>(`/customers/${id}`, { version, ...changes }));
  }

  async make(given: NewCustomer, key: string): Promise<Customer> {
    return this.take(await post<Customer>('/customers', given, key));
  }

  /** After a hint; if it fails, the next snapshot asks again. */
  async #again(id: Id): Promise<void> {
    await this.read(id).catch(() => undefined);
  }
}

export const customers = new Customers();
