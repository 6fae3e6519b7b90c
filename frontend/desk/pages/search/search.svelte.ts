/** What was found for the words in the address. */
import { Away, get, Problem } from '../../hub/client';
import type { Interaction } from '../../hub/shapes/conversations';
import type { Customer } from '../../hub/shapes/customers';

export interface FoundMessage extends Interaction {
  customer_name: string | null;
  /** Whether this reader may open its conversation. */
  visible: boolean;
}

interface Found {
  customers: Customer[];
  messages: FoundMessage[];
}

const LIMIT = 50;
const MOST = 200;
/** Milliseconds after the last key until the hub is asked. */
const PAUSE = 220;
/** Of one letter, too many words begin. */
export const LEAST = 2;

export class Search {
  found = $state.raw<Found | null>(null);
  /** The words `found` belongs to: what is marked. */
  of = $state('');
  asking = $state(false);
  error = $state.raw<Problem | Away | null>(null);
  limit = $state(LIMIT);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: AbortController | undefined;

  look(words: string): void {
    this.stop();
    this.limit = LIMIT;
    if ([...words.trim()].length < LEAST) {
      this.found = this.error = null;
      this.asking = false;
      return;
    }
    this.asking = true;
    this.#timer = setTimeout(() => void this.ask(words.trim()), this.found ? PAUSE : 0);
  }

  /** Whether there may be more messages than are shown. */
  get more(): boolean {
    return (this.found?.messages.length ?? 0) >= this.limit && this.limit < MOST;
  }

  async showMore(): Promise<void> {
    this.limit = MOST;
    await this.ask(this.of);
  }

  async ask(words: string): Promise<void> {
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    this.asking = true;
    try {
      this.found = await get<Found>('/search', { query: words, limit: this.limit }, stop.signal);
      this.of = words;
      this.error = null;
    } catch (error) {
      if (stop.signal.aborted) return;
      if (!(error instanceof Problem || error instanceof Away)) throw error;
      this.error = error;
    } finally {
      if (this.#stop === stop) this.asking = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop?.abort();
  }
}
