/**
 * A reading that is never under way twice, so that an older answer cannot come after a newer one: asked for again
 * meanwhile, it is done once more.
 */
export class OneAtATime {
  #now: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(private readonly read: () => Promise<void>) {}

  /** Ends with one that began no earlier than this call; raises what that raises. */
  run(): Promise<void> {
    if (!this.#now) return this.#begin();
    this.#next ??= this.#now
      .catch(() => undefined) // told to whoever waits for that one
      .then(() => {
        this.#next = null;
        return this.run();
      });
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#now = this.read().finally(() => (this.#now = null));
    return this.#now;
  }
}
