/**
 * Ids to be looked at again: gathered for a moment, then asked for together. One request at a time, so that the
 * answer to an older one never comes after a newer one's and takes away what that has brought.
 */
import type { Id } from '../hub/shapes/people';

/** Ids one request may name. */
export const AT_ONCE = 200;
/** Milliseconds in which hints gather. */
export const GATHER = 80;

export class Gathered {
  #wanted = new Set<Id>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;

  /** What `ask` fails in is wanted still; `done` hears when all that was wanted has been asked for. */
  constructor(
    private readonly ask: (ids: Id[]) => Promise<void>,
    private readonly done: () => void,
  ) {}

  /** Look at it soon, with whatever else is to be looked at. */
  want(id: Id): void {
    this.#wanted.add(id);
    this.#timer ??= setTimeout(() => void this.hurry(), GATHER);
  }

  /** Look now at what is wanted, also at what failed before. */
  async hurry(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#asking || !this.#wanted.size) return; // whoever asks goes on with these
    this.#asking = true;
    let answered = true;
    while (answered && this.#wanted.size) answered = await this.#some();
    this.#asking = false;
    if (answered) this.done();
  }

  async #some(): Promise<boolean> {
    const ids = [...this.#wanted].slice(0, AT_ONCE);
    ids.forEach((id) => this.#wanted.delete(id));
    try {
      await this.ask(ids);
      return true;
    } catch {
      ids.forEach((id) => this.#wanted.add(id));
      return false;
    }
  }
}
