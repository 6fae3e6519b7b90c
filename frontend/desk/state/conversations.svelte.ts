/**
 * Every conversation this desk may see that is not resolved, kept true by the live connection, and those somebody
 * opened besides. Pages ask `all` and filter; nothing is fetched twice, and a hundred hints are one request.
 */
import { SvelteMap } from 'svelte/reactivity';
import { get, pages, type Page } from '../hub/client';
import type { Digest, Hint, Snapshot } from '../hub/live';
import type { Conversation } from '../hub/shapes/conversations';
import type { Id } from '../hub/shapes/people';
import { live } from './connection.svelte';
import { Sum } from './digest';
import { AT_ONCE, Gathered } from './gathered';
import { bring } from './snapshots';

/** Milliseconds after which a hint is on its way to nobody any more. */
const QUIET = 2_000;

type Heard = (conversation: Conversation, before: Conversation | undefined) => void;

class Conversations {
  /** By id. Also resolved ones that were opened; `alive` says which count. */
  readonly byId = new SvelteMap<Id, Conversation>();
  /** All that should be there have come. */
  loaded = $state(false);
  /** More are waiting than a snapshot holds: the list shows the newest and says so. */
  complete = $state(true);
  #sum = new Sum();
  #wanted = new Gathered(
    (ids) => this.#fetch(ids),
    () => (this.loaded = true),
  );
  #differed = 0;
  #hintedAt = 0;
  #heard = new Set<Heard>();

  constructor() {
    live.listen({
      snapshot: (frame) => void this.#begin(frame),
      hint: (hint) => this.#hint(hint),
      digest: (digest) => this.#compare(digest),
    });
  }

  /** Be told of each conversation that came or changed. */
  listen(heard: Heard): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  /** One of them; fetched if it is not here. Raises `Problem` if it is not there or not hers. */
  async open(id: Id): Promise<Conversation> {
    return this.byId.get(id) ?? this.take(await get<Conversation>(`/conversations/${id}`));
  }

  /** Newer news of one, from whatever answer it stood in. */
  take(conversation: Conversation): Conversation {
    const before = this.byId.get(conversation.id);
    if (before && before.version > conversation.version) return before;
    this.byId.set(conversation.id, conversation);
    if (conversation.status === 'resolved') this.#sum.delete(conversation.id);
    this.#heard.forEach((tell) => tell(conversation, before));
    return conversation;
  }

  /** Look at it again soon, with whatever else is to be looked at. */
  want(id: Id): void {
    this.#wanted.want(id);
  }

  async #begin(frame: Snapshot): Promise<void> {
    const known = new Map(frame.conversations.map((one) => [one.id, one.version]));
    this.complete = frame.complete;
    this.#sum = new Sum();
    for (const [id, version] of known) this.#sum.set(id, version);
    this.#forget(known);
    const whole = await bring(frame.conversations, {
      version: (id) => this.byId.get(id)?.version,
      readAll: () => this.#readAll(),
      want: (id) => this.want(id),
    });
    if (whole) this.loaded = true;
  }

  /** What was alive here and is not in the snapshot: resolved meanwhile, or not hers any more. */
  #forget(known: ReadonlyMap<Id, number>): void {
    for (const [id, one] of this.byId) {
      if (one.status !== 'resolved' && !known.has(id)) this.want(id);
    }
  }

  async #readAll(): Promise<void> {
    for (const status of ['open', 'snoozed']) {
      for await (const items of pages<Conversation>('/conversations', { status })) {
        items.forEach((one) => this.take(one));
      }
    }
  }

  #hint(hint: Hint): void {
    this.#hintedAt = performance.now();
    if (hint.kind === 'conversation') {
      if ((this.#sum.version(hint.id) ?? -1) < hint.version) this.#sum.set(hint.id, hint.version);
      if ((this.byId.get(hint.id)?.version ?? -1) < hint.version) this.want(hint.id);
    } else if (hint.conversation && this.byId.has(hint.conversation)) {
      this.want(hint.conversation);
    } else if (hint.kind === 'reply_warning' || hint.kind === 'read' || hint.kind === 'mention') {
      this.want(hint.conversation ?? hint.id);
    }
  }

  async #fetch(ids: Id[]): Promise<void> {
    const page = await get<Page<Conversation>>('/conversations', { ids: ids.join(','), limit: AT_ONCE });
    page.items.forEach((one) => this.take(one));
    const found = new Set(page.items.map((one) => one.id));
    ids.filter((id) => !found.has(id)).forEach((id) => this.#lose(id));
  }

  #lose(id: Id): void {
    this.byId.delete(id);
    this.#sum.delete(id);
  }

  #compare(digest: Digest): void {
    void this.#wanted.hurry();
    if (!digest.complete || !this.complete) return;
    const same = digest.count === this.#sum.count && digest.sum === this.#sum.text;
    this.#differed = same ? 0 : this.#differed + 1;
    // While hints come, it may be one of them that makes the difference; then the next digest decides.
    const quiet = performance.now() - this.#hintedAt > QUIET;
    if (this.#differed >= (quiet ? 1 : 2)) {
      this.#differed = 0;
      live.resync();
    }
  }
}

export const conversations = new Conversations();
