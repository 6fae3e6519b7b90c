/**
 * What a form sends: once, however often it is repeated when no answer came. What is refused stands at the field it
 * names, else in a notice.
 */
import { Away, Problem } from '../../hub/client';
import { notices } from '../../state/notices.svelte';
import { whole } from '../../words/refusal';
import { fieldOf } from './where';

export type Wrong<F extends string> = Partial<Record<F, string>>;

export class Form<F extends string> {
  busy = $state(false);
  wrong = $state.raw<Wrong<F>>({});
  /** What the hub refused last, as it wrote it. */
  problem: Problem | null = null;
  #key: string = crypto.randomUUID();

  /** `explain` has better words where the form knows more of it than the hub. */
  constructor(
    private readonly fields: readonly F[],
    private readonly explain: (problem: Problem, field: F | null) => string | null = () => null,
  ) {}

  /** What it answers, or null if it was refused: that is shown. `key` is for a POST. */
  async send<T>(doing: (key: string) => Promise<T>, failed: string): Promise<T | null> {
    this.busy = true;
    this.wrong = {};
    this.problem = null;
    try {
      const answer = await doing(this.#key);
      this.#key = crypto.randomUUID();
      return answer;
    } catch (error) {
      this.#refused(error, failed);
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Wrong before it was sent. */
  refuse(wrong: Wrong<F>): void {
    this.wrong = wrong;
  }

  #refused(error: unknown, failed: string): void {
    // Without an answer it is the same request again; mended, it is another.
    if (!(error instanceof Away)) this.#key = crypto.randomUUID();
    if (!(error instanceof Problem)) {
      notices.failed(error, failed);
      return;
    }
    this.problem = error;
    const field = fieldOf(error.where, this.fields);
    const better = this.explain(error, field);
    if (field !== null) this.wrong = { [field]: better ?? whole(error) } as Wrong<F>;
    else if (better !== null) notices.add('bad', failed, better);
    else notices.failed(error, failed);
  }
}
