/** Who else has this conversation open, and who is writing; told to the others as well (docs/api.md, live). */
import { SvelteMap } from 'svelte/reactivity';
import type { Looking } from '../../hub/live';
import type { Id } from '../../hub/shapes/people';
import { live } from '../../state/connection.svelte';
import { me } from '../../state/me.svelte';

const EVERY = 10_000;
const FORGET = 25_000;
/** Somebody who has not touched a key for so long does not write any more. */
const STILL = 6_000;

interface Other {
  name: string;
  typing: boolean;
  at: number;
}

export class Lookers {
  #others = new SvelteMap<Id, Other>();
  #typing = false;
  #still: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly id: Id) {}

  get looking(): string[] {
    return [...this.#others.values()].filter((one) => !one.typing).map((one) => one.name);
  }

  get typing(): string[] {
    return [...this.#others.values()].filter((one) => one.typing).map((one) => one.name);
  }

  /** Until the answer is called. */
  follow(): () => void {
    const stop = live.listen({
      looking: (frame) => this.#take(frame),
      // By it one knows that the line is hers, and not of who signed in beside.
      snapshot: (frame) => frame.agent?.id === me.agentId && this.#say(),
      state: (open) => open || this.#others.clear(),
    });
    const timer = setInterval(() => {
      this.#say();
      this.#forget();
    }, EVERY);
    const seen = () => this.#say();
    document.addEventListener('visibilitychange', seen);
    this.#say();
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(this.#still);
      document.removeEventListener('visibilitychange', seen);
      live.say({ type: 'looking', conversation: null, typing: false });
    };
  }

  /** She pressed a key, or has sent or emptied what she wrote. */
  typed(writes: boolean): void {
    clearTimeout(this.#still);
    if (writes) this.#still = setTimeout(() => this.typed(false), STILL);
    if (writes === this.#typing) return;
    this.#typing = writes;
    this.#say();
  }

  #say(): void {
    if (document.hidden) live.say({ type: 'looking', conversation: null, typing: false });
    else live.say({ type: 'looking', conversation: this.id, typing: this.#typing });
  }

  #take(frame: Looking): void {
    if (frame.conversation !== this.id || frame.agent === me.agentId) return;
    if (frame.state === 'left') this.#others.delete(frame.agent);
    else
      this.#others.set(frame.agent, { name: frame.name, typing: frame.state === 'typing', at: Date.now() });
  }

  #forget(): void {
    for (const [id, one] of this.#others) if (Date.now() - one.at > FORGET) this.#others.delete(id);
  }
}
