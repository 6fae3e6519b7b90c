/** What can be done with one conversation, by whom and when, and the dialogs it takes. */
import type { Conversation } from '../../hub/shapes/conversations';
import type { Id } from '../../hub/shapes/people';
import { me } from '../../state/me.svelte';
import { notices } from '../../state/notices.svelte';
import { say } from '../../words/words.svelte';
import { command, done } from './commands';

type DialogName = 'transfer' | 'snooze' | 'resolve' | 'join' | 'rearranged' | 'why';

export class Doing {
  dialog = $state<DialogName | null>(null);
  /** Interactions that are to be split off; null: none is being chosen. */
  choosing = $state.raw<Set<Id> | null>(null);
  busy = $state(false);

  constructor(
    private readonly one: () => Conversation,
    /** What stands in the thread may be elsewhere now. */
    private readonly rearrangedHere: () => void,
  ) {}

  can = $derived.by(() => {
    const { status, assignee_id, offered_to, waiting_since, joined_into } = this.one();
    const mine = assignee_id !== null && assignee_id === me.agentId;
    const open = status !== 'resolved';
    const offered = offered_to !== null && offered_to === me.agentId;
    const free = assignee_id === null && (offered_to === null || offered);
    const mayCommand = me.leads || mine || free;
    return {
      take: open && me.agentId !== null && (free || (me.leads && assignee_id === null)),
      offered,
      transfer: open && mayCommand,
      snooze: status === 'open' && assignee_id !== null && (mine || me.leads),
      resolve: open && mayCommand,
      reopen: (status === 'resolved' && !joined_into) || (status === 'snoozed' && (mine || me.leads)),
      decline: open && mine && waiting_since !== null,
      rearrange: mayCommand && !joined_into,
    };
  });

  take = (): void => void this.#obey('accept');
  reopen = (): void => void this.#obey('reopen');
  decline = (): void => void this.#obey('decline');
  transfer = (): void => this.#show('transfer', this.can.transfer);
  snooze = (): void => this.#show('snooze', this.can.snooze);
  resolve = (): void => this.#show('resolve', this.can.resolve);
  chooseOther = (): void => this.#show('join', this.can.rearrange);
  rearranged = (): void => this.#show('rearranged', true);
  why = (): void => this.#show('why', true);
  split = (): void => {
    if (this.can.rearrange) this.choosing = new Set();
  };

  choose(id: Id, chosen: boolean): void {
    if (!this.choosing) return;
    const next = new Set(this.choosing);
    if (chosen) next.add(id);
    else next.delete(id);
    this.choosing = next;
  }

  /** Do it; the dialog closes if it was done. */
  async obey(name: string, body: unknown, said: string): Promise<boolean> {
    const done = await this.#obey(name, body, said);
    if (done) this.dialog = null;
    return done;
  }

  async splitOff(open: (id: Id) => void): Promise<void> {
    const interactions = [...(this.choosing ?? [])];
    if (!interactions.length) return;
    await this.#run(async () => {
      const { other } = await command(this.one().id, 'split', { interactions });
      this.choosing = null;
      this.rearrangedHere();
      const action = other ? { label: say().thread.openIt, run: () => open(other.id) } : null;
      notices.add('good', say().thread.done.split, null, action);
    });
  }

  /** The notice of it takes it back. */
  async join(other: Id): Promise<void> {
    const joined = await this.#run(async () => {
      const { decision } = await command(this.one().id, 'join', { with: other });
      const action = { label: say().thread.rearranging.undo, run: () => void this.undo(decision.event_id) };
      notices.add('good', say().thread.done.joined, null, action);
    });
    if (joined) this.#rearranged();
  }

  async undo(rearrangement: Id): Promise<void> {
    if (await this.#obey('undo', { rearrangement }, say().thread.done.undone)) this.#rearranged();
  }

  #rearranged(): void {
    this.dialog = null;
    this.rearrangedHere();
  }

  #show(name: DialogName, may: boolean): void {
    if (may) this.dialog = name;
  }

  async #obey(name: string, body: unknown = {}, said?: string): Promise<boolean> {
    return this.#run(() => command(this.one().id, name, body), said);
  }

  async #run(doing: () => Promise<unknown>, said?: string): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const came = await done(doing, said);
    this.busy = false;
    return came;
  }
}
