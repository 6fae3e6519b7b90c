/**
 * What a form sends: once, however often it is repeated when no answer came. What is refused stands at the field it
 * names, else in a notice.
 */
import { Away, Problem } from '../../hub/client';
import { notices } from '../../state/notices.svelte';
import { fieldOf } from './where';

export type Wrong<F extends string> = Partial<Record<F, string>>;

export class Form<F extends string> {
  busy = $state(false);
  wrong = $state.raw<Wrong<F>>({});
  #key: string = crypto.randomUUID();

  /** `explain` has better words for what it knows: the hub's own are English. */
  constructor(
    private readonly fields: readonly F[],
    private readonly explain: (problem: Problem, field: F | null) => string | null = () => null,
  ) {}

  /** What it answers, or null if it was refused: that is shown. `key` is for a POST. */
  async send<T>(doing: (key: string) => Promise<T>, failed: string): Promise<T | null> {
    this.busy = true;
    this.wrong = {};
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
    const field = fieldOf(error.where, this.fields);
    const said = this.explain(error, field);
    if (field !== null) this.wrong = { [field]: said ?? whole(error) } as Wrong<F>;
    else if (said !== null) notices.add('bad', failed, said);
    else notices.failed(error, failed);
  }
}

const whole = (problem: Problem) => [problem.detail, problem.mend].filter(Boolean).join(' — ');
