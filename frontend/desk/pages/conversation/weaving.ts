/** One thread out of what passed, what was decided and what is on its way: the lines as they are drawn. Pure. */
import type { Decision, Interaction } from '../../hub/shapes/conversations';
import type { Id } from '../../hub/shapes/people';
import type { Item } from '../../state/outboxRules';

export type Line =
  | { type: 'top'; key: 'top' }
  | { type: 'day'; key: string; at: string }
  | { type: 'unread'; key: 'unread' }
  | { type: 'interaction'; key: Id; one: Interaction; joined: boolean }
  | { type: 'decision'; key: string; one: Decision }
  | { type: 'pending'; key: string; item: Item };

/** Milliseconds within which what one person writes on one channel stands together. */
const TOGETHER = 180_000;
/** Decisions that change what everybody sees; the others stand under *why?* alone. */
const TOLD = new Set([
  'assigned',
  'queued',
  'reopened',
  'resolved',
  'snoozed',
  'woken',
  'split',
  'joined',
  'undone',
]);

const times = new WeakMap<object, number>();

/** The time of an interaction in milliseconds, read once. */
export function timeOf(one: Interaction): number {
  let at = times.get(one);
  if (at === undefined) times.set(one, (at = Date.parse(one.accepted_at)));
  return at;
}

/** The order of the history: by time, then by id. */
function before(a: Interaction, b: Interaction): number {
  return (
    timeOf(a) - timeOf(b) ||
    (a.accepted_at < b.accepted_at ? -1 : a.accepted_at > b.accepted_at ? 1 : 0) ||
    (a.id < b.id ? -1 : 1)
  );
}

export interface Woven {
  /** Oldest first. */
  interactions: readonly Interaction[];
  decisions: readonly Decision[];
  pending: readonly Item[];
  /** Everything has been loaded, up to the first. */
  whole: boolean;
  /** What came from the customer after this is new; null: nothing is. Milliseconds. */
  readTo: number | null;
}

export function weave({ interactions, decisions, pending, whole, readTo }: Woven): Line[] {
  const lines: Line[] = [{ type: 'top', key: 'top' }];
  const from = whole ? -Infinity : interactions[0] ? timeOf(interactions[0]) : Infinity;
  const told = decisions.filter((one) => !one.refused && TOLD.has(one.kind) && Date.parse(one.at) >= from);
  const here = new Set(interactions.map((one) => one.id));
  const draw = new Drawing(lines, readTo);
  let next = 0;
  for (const one of interactions) {
    for (; next < told.length && at(told[next]) < timeOf(one); next += 1) draw.decision(told[next]);
    draw.interaction(one);
  }
  for (; next < told.length; next += 1) draw.decision(told[next]);
  pending.filter((item) => !here.has(item.key)).forEach((item) => draw.pending(item));
  return lines;
}

const at = (one: Decision | undefined) => (one ? Date.parse(one.at) : Infinity);

class Drawing {
  #day = '';
  #last: Interaction | null = null;
  #unread = false;

  constructor(
    private readonly lines: Line[],
    private readonly readTo: number | null,
  ) {}

  interaction(one: Interaction): void {
    this.#begin(timeOf(one));
    const fresh = this.readTo !== null && one.direction === 'inbound' && timeOf(one) > this.readTo;
    if (fresh && !this.#unread) {
      this.#unread = true;
      this.#last = null;
      this.lines.push({ type: 'unread', key: 'unread' });
    }
    this.lines.push({ type: 'interaction', key: one.id, one, joined: together(this.#last, one) });
    this.#last = one;
  }

  decision(one: Decision | undefined): void {
    if (!one) return;
    this.#begin(at(one));
    this.#last = null;
    this.lines.push({ type: 'decision', key: `d${one.event_id}${one.at}${one.kind}`, one });
  }

  pending(item: Item): void {
    this.#begin(item.at);
    this.lines.push({ type: 'pending', key: `p${item.key}`, item });
  }

  #begin(ms: number): void {
    const day = dayOf(ms);
    if (day === this.#day) return;
    this.#day = day;
    this.#last = null;
    this.lines.push({ type: 'day', key: `day ${day}`, at: new Date(ms).toISOString() });
  }
}

const dayOf = (ms: number) => {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
};

function together(last: Interaction | null, one: Interaction): boolean {
  return (
    last !== null &&
    last.direction === one.direction &&
    last.agent_id === one.agent_id &&
    last.channel === one.channel &&
    timeOf(one) - timeOf(last) < TOGETHER
  );
}

/** What came after that time, in milliseconds: not what an older page brings. */
export const after = (interactions: readonly Interaction[], time: number): Interaction[] =>
  interactions.filter((one) => timeOf(one) > time);

/** Until when an agent has read, as far as this browser can tell: what she saw here last, or her own last words. */
export function readUntil(
  interactions: readonly Interaction[],
  unread: boolean,
  seen: number | null,
  me: Id | null,
): number | null {
  if (!unread || me === null) return null;
  const own = interactions.findLast((one) => one.agent_id === me && one.direction !== 'inbound');
  const known = Math.max(seen ?? 0, own ? timeOf(own) : 0);
  if (known > 0) return known;
  const answer = interactions.findLast((one) => one.direction === 'outbound');
  return answer ? timeOf(answer) : 0;
}

/** What a page of the hub changes: newer versions of what it holds, and what stands no more in the time it covers. */
export function merged(
  known: readonly Interaction[],
  page: readonly Interaction[],
  covers: { from: number; whole: boolean },
): Interaction[] {
  const fresh = new Set(page.map((one) => one.id));
  const kept = known.filter((one) => !fresh.has(one.id) && !covers.whole && timeOf(one) <= covers.from);
  return [...kept, ...page].sort(before);
}
