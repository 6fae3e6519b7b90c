/** One fact of a profile while somebody changes it, so that two who do it at once lose nothing. */
import { Away, Problem } from '../../hub/client';
import type { Customer } from '../../hub/shapes/customers';
import type { Id } from '../../hub/shapes/people';
import { customers, type CustomerEdit } from '../../state/customers.svelte';
import { notices } from '../../state/notices.svelte';
import { whole } from '../../words/refusal';
import { say } from '../../words/words.svelte';

export class Edit {
  open = $state(false);
  busy = $state(false);
  typed = $state('');
  /** What a colleague made of it meanwhile. */
  news = $state<string | null>(null);
  wrong = $state<string | null>(null);
  #seen = '';

  constructor(
    private readonly id: Id,
    /** The fact as a field shows it. */
    private readonly of: (customer: Customer) => string,
    /** What to ask of the hub, given what was typed and the newest row. */
    private readonly changes: (typed: string, customer: Customer) => CustomerEdit,
    private readonly check: (typed: string) => string | null = () => null,
  ) {}

  begin(): void {
    const customer = customers.byId.get(this.id);
    if (!customer) return;
    this.#seen = this.typed = this.of(customer);
    this.news = this.wrong = null;
    this.open = true;
  }

  cancel(): void {
    this.open = false;
  }

  async save(): Promise<void> {
    const customer = customers.byId.get(this.id);
    if (!customer || this.busy) return;
    this.wrong = this.check(this.typed.trim());
    if (this.wrong || this.#overtaken(customer)) return;
    if (this.typed === this.#seen) {
      this.open = false;
      return;
    }
    this.busy = true;
    try {
      await this.#send(customer);
      this.open = false;
    } catch (error) {
      this.#failed(error);
    } finally {
      this.busy = false;
    }
  }

  /** Somebody else's change of this very fact is shown before it is written over; of another, it does not matter. */
  #overtaken(now: Customer): boolean {
    const value = this.of(now);
    if (value === this.#seen || value === this.typed) return false;
    this.#seen = value;
    this.news = value;
    return true;
  }

  async #send(customer: Customer): Promise<void> {
    try {
      await customers.edit(this.id, customer.version, this.changes(this.typed.trim(), customer));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 409)) throw error;
      const newer = await customers.read(this.id);
      if (newer.version === customer.version || this.#overtaken(newer)) throw error;
      await customers.edit(this.id, newer.version, this.changes(this.typed.trim(), newer));
    }
  }

  #failed(error: unknown): void {
    if (error instanceof Problem && error.status === 409 && this.news !== null) return;
    if (error instanceof Problem && error.status === 422) this.wrong = whole(error);
    else if (error instanceof Problem || error instanceof Away) notices.failed(error, say().person.notSaved);
    else throw error;
  }
}
