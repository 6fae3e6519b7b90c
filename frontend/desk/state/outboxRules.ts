/**
 * What becomes of an answer or note on its way to the hub. Pure: each function gives the item as it is next.
 *
 *     held ──▶ waiting ──▶ sending ──▶ (gone: the thread has it)
 *      │          ▲           │ └────▶ asked (202: the outcome is awaited) ──▶ (gone)
 *      ▼          └───────────┤                     │
 *   (undone)   no answer, 5xx └──────▶ refused ◀────┘
 *
 * Its Idempotency-Key stays the same through all of it, so that however often it is sent, it arrives once.
 */
import { mayPass, pause } from '../hub/again';
import { Problem } from '../hub/client';
import type { Interaction, Pending } from '../hub/shapes/conversations';
import type { ChannelName, Id } from '../hub/shapes/people';

export type Standing = 'held' | 'waiting' | 'sending' | 'asked' | 'refused';

/** What is sent: the body of the request, which must stay the same byte by byte. */
export interface Sent {
  text?: string;
  files?: Id[];
  template?: { id: string; variables: Record<string, string> };
  via?: { contact_point: string; our_address: string };
  resolve?: boolean;
  mentions?: Id[];
}

export interface ShownFile {
  name: string;
  size: number;
  content_type: string;
}

interface Refusal {
  kind: string;
  status: number;
  detail: string;
  mend: string | null;
}

export interface Item {
  /** Its Idempotency-Key. */
  key: string;
  conversation: Id;
  kind: 'messages' | 'notes';
  body: Sent;
  /** As the thread shows it until the hub's own is there. */
  shown: { text: string; channel: ChannelName; files: ShownFile[] };
  at: number;
  state: Standing;
  /** Held until then; when it is tried or looked at next. Milliseconds. */
  next: number;
  tries: number;
  outcome: string | null;
  refusal: Refusal | null;
  /** The tab that sends it. */
  tab: string;
  /** Who wrote it: her agent's id, or her name. */
  owner: string;
}

/** Milliseconds in which an answer can be taken back. */
const HOLD = 10_000;
const LOOK = 1_000;
/** What a body may have to go out while the page closes, in bytes; browsers take 64 KiB of all together. */
const LAST_MOST = 16_000;

export function held(item: Omit<Item, 'state' | 'next' | 'tries' | 'outcome' | 'refusal'>): Item {
  const hold = item.kind === 'messages' ? HOLD : 0;
  return {
    ...item,
    state: hold ? 'held' : 'waiting',
    next: item.at + hold,
    tries: 0,
    outcome: null,
    refusal: null,
  };
}

/** It may still be taken back: nothing of it has left this browser. */
export const canUndo = (item: Item) => item.state === 'held';

/** Do not hold it any longer. */
export const released = (item: Item, now: number): Item =>
  item.state === 'held' ? { ...item, state: 'waiting', next: now } : item;

export const started = (item: Item): Item => ({ ...item, state: 'sending', tries: item.tries + 1 });

export type Next = { item: Item } | { done: Interaction };

/** The hub answered: it is there, or will be known under `outcome`. */
export function answered(item: Item, status: number, body: Interaction | Pending, now: number): Next {
  if (status === 202) {
    const { outcome } = body as Pending;
    return { item: { ...item, state: 'asked', outcome, next: now + LOOK } };
  }
  return { done: body as Interaction };
}

export interface Outcome {
  state: 'pending' | 'done' | 'refused';
  interaction?: Interaction;
  decision?: { sentence: string };
}

/** What stands under its outcome. Done without the interaction (not hers to see any more) ends it all the same. */
export function looked(item: Item, outcome: Outcome, now: number): Next | { done: null } {
  if (outcome.state === 'pending')
    return { item: { ...item, tries: item.tries + 1, next: now + pause(item.tries) } };
  if (outcome.state === 'done') return { done: outcome.interaction ?? null };
  const detail = outcome.decision?.sentence ?? '';
  return { item: refused(item, { kind: 'conflict', status: 409, detail, mend: null }) };
}

/**
 * It failed: tried again with the same key if that can help, else it stays to be seen. Whatever the hub has not said
 * is no answer, also a fault of ours.
 */
export function failed(item: Item, error: unknown, now: number): Item {
  if (!(error instanceof Problem) || mayPass(error)) {
    const told = error instanceof Problem ? error.retryAfter : null;
    const wait = told ? told * 1000 : pause(item.tries);
    return { ...item, state: item.state === 'asked' ? 'asked' : 'waiting', next: now + wait };
  }
  const { kind, status, detail, mend } = error;
  return refused(item, { kind, status, detail, mend });
}

const refused = (item: Item, refusal: Refusal): Item => ({ ...item, state: 'refused', refusal });

/** After a reload, or when the tab that had it is gone: nobody knows what became of it, so it is sent again. */
export function found(item: Item, tab: string, now: number): Item {
  const mine = { ...item, tab };
  if (item.state === 'sending') return { ...mine, state: 'waiting', next: now };
  if (item.state === 'waiting' || item.state === 'asked') return { ...mine, next: now };
  return mine;
}

/** The line is back: do not wait for the next try. */
export const hurried = (item: Item, now: number): Item =>
  item.state === 'waiting' || item.state === 'asked' ? { ...item, next: Math.min(item.next, now) } : item;

/** What stands in whose way: answers of one conversation go one after another, and so do its notes. */
const lane = (item: Item) => `${item.conversation} ${item.kind}`;

/** The first of each lane: what comes after it waits for its end. */
function heads(items: Iterable<Item>, tab: string): Item[] {
  const first = new Map<string, Item>();
  for (const item of inOrder(items)) {
    if (item.state !== 'refused' && !first.has(lane(item))) first.set(lane(item), item);
  }
  return [...first.values()].filter((item) => item.tab === tab && item.state !== 'sending');
}

/** Which of a tab's items are to be sent or looked at now. */
export const due = (items: Iterable<Item>, tab: string, now: number): Item[] =>
  heads(items, tab).filter((item) => item.next <= now);

/** When something is due next, in milliseconds; null if nothing waits, or only for what is under way. */
export function nextDue(items: Iterable<Item>, tab: string): number | null {
  const times = heads(items, tab).map((item) => item.next);
  return times.length ? Math.min(...times) : null;
}

/** It is being looked at: not before that has ended. */
export const looking = (item: Item): Item => ({ ...item, next: Number.MAX_SAFE_INTEGER });

export const inOrder = (items: Iterable<Item>): Item[] =>
  [...items].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));

/** What may be sent while the page closes, first things first. */
export function lastWords(items: Iterable<Item>, tab: string): Item[] {
  let left = LAST_MOST * 3;
  return inOrder(items).filter((item) => {
    const size = new Blob([JSON.stringify(item.body)]).size;
    const goes = item.tab === tab && (item.state === 'held' || item.state === 'waiting') && size <= LAST_MOST;
    if (goes && size <= left) left -= size;
    else return false;
    return true;
  });
}
