/** What passed in one conversation: the newest first, older pages as one scrolls up, kept true by the live connection. */
import { Away, get, Problem, type Page } from '../../hub/client';
import type { Hint } from '../../hub/live';
import type { Conversation, Decision, Interaction } from '../../hub/shapes/conversations';
import type { Id } from '../../hub/shapes/people';
import { live } from '../../state/connection.svelte';
import { conversations } from '../../state/conversations.svelte';
import { OneAtATime } from '../../state/oneAtATime';
import { outbox } from '../../state/outbox.svelte';
import { merged, timeOf } from './weaving';

const PAGE = 50;
const GATHER = 60;
const UNSETTLED = new Set(['queued', 'sending', 'unknown', 'accepted', 'sent']);
/** Milliseconds that what was said waits for what was decided about it. */
const PATIENCE = 1500;
/** So many of the newest may still change what became of them while the line was away. */
const LOOKED_AT = 100;

export class Thread {
  /** Oldest first. */
  interactions = $state.raw<readonly Interaction[]>([]);
  decisions = $state.raw<readonly Decision[]>([]);
  /** What was said is here. */
  #came = $state(false);
  /** What was decided is here, or is not waited for any more. */
  #told = $state(false);
  /** The decisions could not be read; with what is read anew they are asked for again. */
  #failed = false;
  /** Both are here, or the decisions not in time: lines that came later would push away what is being read. */
  loaded = $derived(this.#came && this.#told);
  /** Nothing is older than what is here. */
  whole = $state(false);
  loadingOlder = $state(false);
  /** What kept it from loading; `retry` begins anew. */
  trouble = $state.raw<unknown>(null);
  #cursor: string | null = null;
  #wanted = new Set<Id>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;
  #again = false;
  #anew = false;
  #ended = false;
  /** How often it has begun anew: a page of before does not belong there. */
  #begun = 0;
  #decisions = new OneAtATime(() => this.#readDecisions());

  constructor(readonly id: Id) {}

  /** Follow it until the answer is called. */
  follow(): () => void {
    const stops = [
      live.listen({
        hint: (hint) => this.#hint(hint),
        state: (open) => open && this.#returned(),
      }),
      outbox.listen((interaction) => {
        if (interaction.conversation_id === this.id) this.take(interaction);
      }),
      conversations.listen((one, past) => {
        if (one.id !== this.id || !past) return;
        if (one.rearranged_at !== past.rearranged_at) void this.reload();
        else if (moved(one, past)) void this.readDecisions();
      }),
    ];
    void this.refresh();
    void this.readDecisions();
    const patience = setTimeout(() => (this.#told = true), PATIENCE);
    return () => {
      this.#ended = true;
      clearTimeout(this.#timer);
      clearTimeout(patience);
      stops.forEach((stop) => stop());
    };
  }

  /** One of it that came in another answer. */
  take(interaction: Interaction): void {
    const rest = this.interactions.filter((one) => one.id !== interaction.id);
    this.interactions = merged(rest, [interaction], { from: Infinity, whole: false });
  }

  /** The newest pages, down to what is known. Several at once are one. */
  async refresh(): Promise<void> {
    this.#again = this.#busy;
    if (this.#busy) return;
    this.#busy = true;
    if (this.#failed) void this.readDecisions();
    try {
      await this.#refresh();
      this.trouble = null;
    } catch (error) {
      this.trouble = this.#fault(error);
    } finally {
      this.#busy = false;
    }
    if (this.#again) await this.refresh();
  }

  async older(): Promise<void> {
    if (this.loadingOlder || this.whole || !this.#cursor) return;
    this.loadingOlder = true;
    const begun = this.#begun;
    try {
      const page = await this.#page(this.#cursor);
      if (begun !== this.#begun) return; // much of it may stand elsewhere by now
      const items = page.items.toReversed();
      this.interactions = merged(this.interactions, items, { from: Infinity, whole: false });
      this.#cursor = page.next;
      this.whole = page.next === null;
    } catch (error) {
      this.trouble = this.#fault(error);
    } finally {
      this.loadingOlder = false;
    }
  }

  /** Everything anew, in place of what is here: by a split or join much of it may stand elsewhere. */
  async reload(): Promise<void> {
    this.#anew = true;
    await this.refresh();
    await this.readDecisions();
  }

  readDecisions(): Promise<void> {
    return this.#decisions.run();
  }

  async #readDecisions(): Promise<void> {
    try {
      this.decisions = (await get<Page<Decision>>(`/conversations/${this.id}/decisions`)).items;
      this.#failed = false;
    } catch (error) {
      this.#failed = true;
      this.#fault(error); // the thread is there without them
    } finally {
      this.#told = true;
    }
  }

  async #refresh(): Promise<void> {
    const anew = this.#anew;
    const known = new Set(anew ? [] : this.interactions.map((one) => one.id));
    const wanted = this.interactions.filter((one) => this.#wanted.has(one.id));
    const down = Math.min(...wanted.map(timeOf), Infinity);
    this.#wanted.clear();
    const came: Interaction[] = [];
    let cursor: string | null = null;
    let met: boolean;
    do {
      const page = await this.#page(cursor);
      came.push(...page.items);
      cursor = page.next;
      const last = came.at(-1);
      met = !known.size || (page.items.some((one) => known.has(one.id)) && !!last && timeOf(last) <= down);
    } while (cursor && !met);
    if (this.#ended) return;
    if (anew) this.#anew = false;
    this.#merge(came.toReversed(), cursor, known.size === 0);
  }

  #merge(page: Interaction[], cursor: string | null, first: boolean): void {
    const oldest = page[0];
    const covers = { from: oldest ? timeOf(oldest) : 0, whole: cursor === null };
    if (first) this.#begun += 1;
    this.interactions = merged(first ? [] : this.interactions, page, covers);
    if (first || cursor === null) {
      this.#cursor = cursor;
      this.whole = cursor === null;
    }
    this.#came = true;
  }

  #page(cursor: string | null): Promise<Page<Interaction>> {
    return get<Page<Interaction>>(`/conversations/${this.id}/interactions`, {
      newest: true,
      limit: PAGE,
      cursor,
    });
  }

  #hint(hint: Hint): void {
    const here = hint.conversation === this.id || (hint.kind === 'conversation' && hint.id === this.id);
    if (!here) return;
    if (hint.kind === 'message' || hint.kind === 'media') this.#wanted.add(hint.id);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, GATHER);
  }

  /** The line is back: whatever was still on its way may have arrived. */
  #returned(): void {
    if (!this.#came) return;
    for (const one of this.interactions.slice(-LOOKED_AT))
      if (one.delivery && UNSETTLED.has(one.delivery)) this.#wanted.add(one.id);
    void this.refresh();
  }

  /** What the hub said, or that it said nothing, is shown; anything else is a fault of ours. */
  #fault(error: unknown): unknown {
    if (!(error instanceof Problem || error instanceof Away)) throw error;
    return error instanceof Problem && error.status === 401 ? null : error;
  }
}

/** Whether a decision stands behind the change. */
function moved(one: Conversation, past: Conversation): boolean {
  return (
    one.status !== past.status ||
    one.assignee_id !== past.assignee_id ||
    one.team_id !== past.team_id ||
    one.snoozed_until !== past.snoozed_until ||
    one.joined_into !== past.joined_into
  );
}
