/** Canned answers of this person's teams and of everybody, read when they are first wanted. */
import { pages, Problem } from '../hub/client';
import type { CannedAnswer } from '../hub/shapes/customers';
import { live } from './connection.svelte';
import { notices } from './notices.svelte';
import { OneAtATime } from './oneAtATime';

class Canned {
  all = $state.raw<readonly CannedAnswer[]>([]);
  loaded = $state(false);
  #wanted = false;
  #reading = new OneAtATime(() => this.#read());

  constructor() {
    live.listen({
      hint: (hint) => hint.kind === 'canned_answers' && this.#wanted && void this.#again(),
      snapshot: () => this.#wanted && void this.#again(),
    });
  }

  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#again();
  }

  /** Read them now, and again whenever they change; raises what `get` raises. */
  read(): Promise<void> {
    this.#wanted = true;
    return this.#reading.run();
  }

  async #read(): Promise<void> {
    const all: CannedAnswer[] = [];
    for await (const items of pages<CannedAnswer>('/canned-answers')) all.push(...items);
    this.all = all;
    this.loaded = true;
  }

  async #again(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      this.#wanted = false; // asked for again, they are read again
      if (!(error instanceof Problem && error.status === 401)) notices.failed(error);
    }
  }
}

export const canned = new Canned();
