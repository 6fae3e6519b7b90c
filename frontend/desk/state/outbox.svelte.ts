/**
 * What this person writes, from the moment she sends it until the hub has it. Kept in localStorage, one entry an item,
 * so that neither a reload nor a lost line loses it. The tab in which it was written sends it; when that tab is gone,
 * known by the lock it held, another takes it over.
 */
import { SvelteMap } from 'svelte/reactivity';
import { API, ask, Away, get, Problem } from '../hub/client';
import type { Interaction, Pending } from '../hub/shapes/conversations';
import type { Id } from '../hub/shapes/people';
import { live } from './connection.svelte';
import { me } from './me.svelte';
import * as rules from './outboxRules';
import type { Item } from './outboxRules';

const TAB = crypto.randomUUID();
const PREFIX = 'peyvand.outbox.';
const LOCK = 'peyvand.desk.';
const DAY = 86_400_000;

type Heard = (interaction: Interaction) => void;

class Outbox {
  readonly items = new SvelteMap<string, Item>();
  #owner: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = new Set<Heard>();
  #others = new Set<string>();

  constructor() {
    void navigator.locks?.request(LOCK + TAB, () => new Promise(() => undefined));
    addEventListener('storage', (event) => this.#elsewhere(event));
    addEventListener('pagehide', () => this.#lastWords());
    addEventListener('pageshow', (event) => event.persisted && this.#wake());
    addEventListener('online', () => this.#hurry());
    live.listen({ state: (open) => open && this.#hurry() });
  }

  /** Read what is kept for whoever sits here now. Called by every page that shows or sends something. */
  begin(): void {
    const owner = me.person;
    if (owner !== this.#owner) {
      this.#owner = owner;
      this.items.clear();
      const prefix = prefixOf(owner);
      for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) this.#read(name, owner);
    }
    this.#wake();
  }

  listen(heard: Heard): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  /** In the order they were written. */
  of(conversation: Id): Item[] {
    return rules.inOrder([...this.items.values()].filter((item) => item.conversation === conversation));
  }

  /** False: this browser has no room left to keep it, so it is not sent either. */
  add(given: Pick<Item, 'conversation' | 'kind' | 'body' | 'shown'>): boolean {
    this.begin();
    const mine = { key: crypto.randomUUID(), at: Date.now(), tab: TAB, owner: me.person };
    const item = rules.held({ ...given, ...mine });
    if (!stored(item)) return false;
    this.items.set(item.key, item);
    this.#wake();
    return true;
  }

  /** Take back what has not left yet, or what was refused; what it was, or null if it is too late. */
  take(key: string): Item | null {
    const item = this.items.get(key);
    if (!item || !(rules.canUndo(item) || item.state === 'refused')) return null;
    this.#drop(item);
    return item;
  }

  release(key: string): void {
    this.#change(key, (item) => rules.released(item, Date.now()));
    this.#wake();
  }

  #drop(item: Item): void {
    this.items.delete(item.key);
    localStorage.removeItem(nameOf(item));
  }

  /** Unless another tab has taken it away meanwhile. */
  #change(key: string, next: (item: Item) => Item): Item | null {
    const item = this.items.get(key);
    if (!item || localStorage.getItem(nameOf(item)) === null) {
      this.items.delete(key);
      return null;
    }
    const changed = next(item);
    stored(changed); // without room its state of before stays there, from which the same key leads to the same end
    this.items.set(key, changed);
    return changed;
  }

  #read(name: string, owner: string): void {
    const kept = localStorage.getItem(name);
    if (kept === null) return;
    const item = { ...(JSON.parse(kept) as Item), owner };
    const left = item.tab === TAB && !this.items.has(item.key); // ours, and nobody here knows of it any more
    this.items.set(item.key, left ? rules.found(item, TAB, Date.now()) : item);
    if (item.tab !== TAB) this.#inherit(item.tab);
  }

  /** Another tab has it; once that is gone, it is ours. Without locks nobody can tell: the key makes it once. */
  #inherit(tab: string): void {
    if (!navigator.locks) this.#adopt(tab);
    else if (!this.#others.has(tab)) {
      this.#others.add(tab);
      void navigator.locks.request(LOCK + tab, () => {
        this.#others.delete(tab);
        this.#adopt(tab);
      });
    }
  }

  #adopt(tab: string): void {
    for (const item of [...this.items.values()])
      if (item.tab === tab) this.#change(item.key, (one) => rules.found(one, TAB, Date.now()));
    this.#wake();
  }

  #elsewhere(event: StorageEvent): void {
    const prefix = this.#owner && prefixOf(this.#owner);
    if (!this.#owner || !prefix || !event.key?.startsWith(prefix)) return;
    if (event.newValue === null) this.items.delete(event.key.slice(prefix.length));
    else this.#read(event.key, this.#owner);
  }

  #hurry(): void {
    for (const item of [...this.items.values()])
      if (item.tab === TAB) this.#change(item.key, (one) => rules.hurried(one, Date.now()));
    this.#wake();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    if (me.standing !== 'in') return;
    const now = Date.now();
    rules.due(this.items.values(), TAB, now).forEach((item) => void this.#go(item));
    const next = rules.nextDue(this.items.values(), TAB);
    if (next !== null && next - now < DAY)
      this.#timer = setTimeout(() => this.#wake(), Math.max(next - now, 100));
  }

  async #go(item: Item): Promise<void> {
    const looks = item.state === 'asked';
    const begun = this.#change(item.key, looks ? rules.looking : rules.started);
    if (!begun) return;
    try {
      const next = looks ? await this.#look(begun) : await this.#send(begun);
      if ('item' in next) this.#change(item.key, () => next.item);
      else {
        this.#drop(begun);
        if (next.done) this.#heard.forEach((tell) => tell(next.done as Interaction));
      }
    } catch (error) {
      this.#change(item.key, (one) => rules.failed(one, error, Date.now()));
      if (!(error instanceof Problem || error instanceof Away)) throw error;
    } finally {
      this.#wake();
    }
  }

  async #send(item: Item, last = false): Promise<rules.Next> {
    const path = `/conversations/${item.conversation}/${item.kind}`;
    const asked = { body: item.body, key: item.key, last };
    const { status, body } = await ask<Interaction | Pending>('POST', path, asked);
    return rules.answered(item, status, body, Date.now());
  }

  async #look(item: Item): Promise<ReturnType<typeof rules.looked>> {
    const outcome = await get<rules.Outcome>((item.outcome ?? '').replace(API, ''));
    return rules.looked(item, outcome, Date.now());
  }

  /** The page closes: send without waiting for the answer. At the next visit the same key asks what became of it. */
  #lastWords(): void {
    if (me.standing !== 'in') return;
    for (const item of rules.lastWords(this.items.values(), TAB)) {
      const begun = this.#change(item.key, (one) => ({
        ...rules.released(one, Date.now()),
        next: Date.now(),
      }));
      if (begun) this.#send(begun, true).catch(() => undefined); // told at the next visit
    }
  }
}

const prefixOf = (owner: string) => `${PREFIX}${owner}.`;
const nameOf = (item: Item) => prefixOf(item.owner) + item.key;

/** Whether the browser has kept it. */
function stored(item: Item): boolean {
  try {
    localStorage.setItem(nameOf(item), JSON.stringify(item));
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

export const outbox = new Outbox();
