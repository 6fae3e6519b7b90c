/** Events put aside, of one state, oldest first. */
import { get, post, type Page } from '../../../hub/client';
import type { DeadEvent, DeadEventWhole } from '../../../hub/shapes/administration';

export type DeadState = DeadEvent['state'];
export const STATES: readonly DeadState[] = ['dead', 'retried', 'dropped'];

export class DeadEvents {
  all = $state.raw<readonly DeadEvent[] | null>(null);
  next = $state<string | null>(null);
  #state: DeadState = 'dead';

  async read(state: DeadState): Promise<void> {
    this.#state = state;
    const page = await this.#page(null);
    if (this.#state === state) [this.all, this.next] = [page.items, page.next];
  }

  async more(): Promise<void> {
    const state = this.#state;
    const page = await this.#page(this.next);
    if (this.#state === state) [this.all, this.next] = [[...(this.all ?? []), ...page.items], page.next];
  }

  one(id: string): Promise<DeadEventWhole> {
    return get<DeadEventWhole>(`/dead-events/${id}`);
  }

  /** What it is now. */
  async settle(id: number, how: 'retry' | 'drop'): Promise<DeadEventWhole> {
    const settled = await post<DeadEventWhole>(`/dead-events/${id}/${how}`);
    await this.read(this.#state);
    return settled;
  }

  #page(cursor: string | null): Promise<Page<DeadEvent>> {
    return get<Page<DeadEvent>>('/dead-events', { state: this.#state, cursor });
  }
}
