/** The inbox's views: which conversations belong to each, in which order. Pure, and quick for thousands. */
import type { Conversation } from '../../hub/shapes/conversations';
import type { ChannelName, Id } from '../../hub/shapes/people';

export type ViewName = 'mine' | 'team' | 'unassigned' | 'mentions' | 'snoozed' | 'all' | 'resolved';
export const VIEWS: readonly ViewName[] = [
  'mine',
  'team',
  'unassigned',
  'mentions',
  'snoozed',
  'all',
  'resolved',
];

export const isView = (name: string | undefined): name is ViewName => VIEWS.some((one) => one === name);

export interface Looker {
  agentId: Id | null;
  teams: ReadonlySet<Id>;
  leads: boolean;
}

export interface Filter {
  channel: ChannelName | null;
  team: Id | null;
  assignee: Id | null;
  language: string | null;
  waiting: boolean;
  /** Words of the name, the number or the last message. */
  words: string;
}

/** Whether it stands in a view. Resolved ones come from the hub page by page. */
export const BELONGS: Record<ViewName, (one: Conversation, who: Looker) => boolean> = {
  mine: (one, who) => one.status === 'open' && who.agentId !== null && one.assignee_id === who.agentId,
  team: (one, who) => waits(one) && isInLine(one) && (who.leads || isTeams(one, who)),
  // What a colleague is offered is told to her and to who leads: others would not hear what came of it.
  unassigned: (one, who) => one.status === 'open' && one.assignee_id === null && (who.leads || isInLine(one)),
  mentions: (one) => one.mentioned && one.status !== 'resolved',
  snoozed: (one, who) => one.status === 'snoozed' && (who.leads || one.assignee_id === who.agentId),
  all: (one) => one.status !== 'resolved',
  resolved: (one) => one.status === 'resolved',
};

const waits = (one: Conversation) => one.status === 'open' && one.waiting_since !== null;
const isInLine = (one: Conversation) => one.assignee_id === null && one.offered_to === null;
const isTeams = (one: Conversation, who: Looker) => one.team_id !== null && who.teams.has(one.team_id);

export function passes(one: Conversation, filter: Filter): boolean {
  return (
    (filter.channel === null || one.channel === filter.channel) &&
    (filter.team === null || one.team_id === filter.team) &&
    (filter.assignee === null || one.assignee_id === filter.assignee) &&
    (filter.language === null || one.customer_language === filter.language) &&
    (!filter.waiting || one.waiting_since !== null) &&
    (filter.words === '' || has(one, filter.words))
  );
}

function has(one: Conversation, words: string): boolean {
  const said = fold(`${one.customer_name ?? ''} ${one.contact_point} #${one.number} ${one.last?.text ?? ''}`);
  return fold(words)
    .split(' ')
    .every((word) => said.includes(word));
}

/** As people compare words: Arabic letters and digits as Persian ones, without marks, spaces of every kind alike. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}|\u200c|\u200d/gu, '')
    .replace(/[يى]/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/[٠-٩۰-۹]/g, (one) => String((one.codePointAt(0) ?? 0) & 15))
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

export type Order = 'waiting' | 'newest';

/** Who waits longest against her promise comes first; then what was spoken in last. */
export function inOrder(items: Conversation[], order: Order): Conversation[] {
  const keyed = items.map((one) => ({ one, key: order === 'waiting' ? urgency(one) : -moved(one) }));
  keyed.sort((a, b) => a.key - b.key || b.one.number - a.one.number);
  return keyed.map(({ one }) => one);
}

const LATER = 1e15;

function urgency(one: Conversation): number {
  const due = one.reply_due ?? one.due;
  return one.waiting_since !== null && due !== null ? Date.parse(due) : LATER - moved(one);
}

/** When something last passed in it, in milliseconds. */
export function moved(one: Conversation): number {
  return Date.parse(one.last?.accepted_at ?? one.opened_at);
}

export type Counts = Record<ViewName, number>;

/** One walk over all of them: how many stand in each view, and how many of hers are unread. */
export function count(all: Iterable<Conversation>, who: Looker): { counts: Counts; unread: number } {
  const counts = Object.fromEntries(VIEWS.map((view) => [view, 0])) as Counts;
  let unread = 0;
  for (const one of all) {
    for (const view of VIEWS) if (BELONGS[view](one, who)) counts[view] += 1;
    if (one.unread && BELONGS.mine(one, who)) unread += 1;
  }
  return { counts, unread };
}

type Haste = 'none' | 'calm' | 'warn' | 'late';

/** How a waiting time is to look: it warns from three quarters of the time until the promise, and after it. */
export function haste(one: Pick<Conversation, 'waiting_since' | 'reply_due' | 'due'>, now: number): Haste {
  if (one.waiting_since === null) return 'none';
  const due = one.reply_due ?? one.due;
  if (due === null) return 'calm';
  const from = Date.parse(one.waiting_since);
  const until = Date.parse(due);
  if (now >= until) return 'late';
  return now >= from + (until - from) * 0.75 ? 'warn' : 'calm';
}
