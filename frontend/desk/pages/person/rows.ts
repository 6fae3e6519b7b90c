/** The timeline as lines: interactions, newest first, below headings of days or conversations. Quick for 20,000. */
import type { Interaction } from '../../hub/shapes/conversations';
import type { Id } from '../../hub/shapes/people';

export type Grouping = 'day' | 'conversation';

export type Row =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'conversation'; key: string; id: Id; at: string }
  | { kind: 'one'; key: Id; one: Interaction };

/**
 * A conversation that others interrupt has a heading for each stretch: lines never move when older ones come.
 */
export function rowsOf(items: readonly Interaction[], by: Grouping): Row[] {
  const rows: Row[] = [];
  let group: string | null = null;
  for (const one of items) {
    const next = by === 'day' ? dayKey(one.accepted_at) : (one.conversation_id ?? '');
    if (next !== group) {
      group = next;
      rows.push(heading(one, by, next));
    }
    rows.push({ kind: 'one', key: one.id, one });
  }
  return rows;
}

function heading(one: Interaction, by: Grouping, group: string): Row {
  const at = one.accepted_at;
  // The stretch is named by its newest interaction: the same conversation may come again further down.
  return by === 'day'
    ? { kind: 'day', key: `day ${group}`, at }
    : { kind: 'conversation', key: `conversation ${one.id}`, id: group, at };
}

/** The day on the clock of whoever looks. */
function dayKey(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/**
 * The newest page, asked for again, on top of what is known: news in its place, what changed changed. Null if
 * the two do not touch, so that something between them would be missing.
 */
export function merged(known: readonly Interaction[], fresh: readonly Interaction[]): Interaction[] | null {
  if (!known.length) return [...fresh];
  const ids = new Set(fresh.map((one) => one.id));
  const rest = known.filter((one) => !ids.has(one.id));
  if (rest.length === known.length && fresh.length) return null;
  return [...fresh, ...rest];
}
