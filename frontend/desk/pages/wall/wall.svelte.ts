/** The wall as it is now: asked for again soon after something changed, and every so often in any case. */
import { Away, get, post, Problem } from '../../hub/client';
import type { Id, PresenceName } from '../../hub/shapes/people';
import type { Wall } from '../../hub/shapes/wall';
import { live } from '../../state/connection.svelte';
import { OneAtATime } from '../../state/oneAtATime';

/** The hub counts at most once a second: what is asked for sooner may be of before. */
const SOON = 1_200;
const SLOW = 15_000;
const CHANGES = new Set(['conversation', 'agent']);

export class TheWall {
  value = $state.raw<Wall | null>(null);
  /** The last try did not come through: what is shown is old. */
  failed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = Infinity;
  #over = false;
  #reading = new OneAtATime(() => this.#read());

  /** Keep it true until the answer is called. */
  follow(): () => void {
    const deaf = live.listen({
      snapshot: () => this.look(0),
      hint: (hint) => {
        if (CHANGES.has(hint.kind)) this.look(SOON);
      },
    });
    const seen = () => {
      if (document.visibilityState === 'visible') this.look(0);
    };
    document.addEventListener('visibilitychange', seen);
    this.look(0);
    return () => {
      this.#over = true;
      clearTimeout(this.#timer);
      document.removeEventListener('visibilitychange', seen);
      deaf();
    };
  }

  /** Ask for it within so many milliseconds; a thousand hints are one request. */
  look(within: number): void {
    const at = Date.now() + within;
    if (this.#over || at >= this.#next) return;
    clearTimeout(this.#timer);
    this.#next = at;
    this.#timer = setTimeout(() => {
      this.#next = Infinity;
      void this.#reading.run();
    }, within);
  }

  async declare(agent: Id, presence: PresenceName): Promise<void> {
    await post(`/agents/${agent}/presence`, { presence });
    this.look(SOON);
  }

  async #read(): Promise<void> {
    if (document.visibilityState !== 'hidden') {
      try {
        this.value = await get<Wall>('/wall');
        this.failed = false;
      } catch (error) {
        if (!(error instanceof Away || error instanceof Problem)) throw error;
        this.failed = true;
      }
    }
    this.look(SLOW);
  }
}
