/** What somebody has begun to write, kept in this browser until it is sent: a reload loses nothing. */
import type { Id } from '../hub/shapes/people';
import { me } from './me.svelte';
import type { ShownFile } from './outboxRules';

export interface DraftFile extends ShownFile {
  id: Id;
  /** When it was uploaded, in milliseconds: the hub keeps it for a day. */
  at: number;
}

interface Draft {
  answer: string;
  note: string;
  isNote: boolean;
  files: DraftFile[];
  /** `contact_point our_address` of the way picked; null: the usual one. */
  way: string | null;
}

const DAY = 86_400_000;
const EMPTY: Draft = { answer: '', note: '', isNote: false, files: [], way: null };
const name = (conversation: Id) => `peyvand.draft.${me.person}.${conversation}`;

/** What the browser had no room for: it lasts as long as the page. */
const unkept = new Map<string, string>();

export function draftOf(conversation: Id): Draft {
  const place = name(conversation);
  const kept = unkept.get(place) ?? localStorage.getItem(place);
  if (kept === null) return { ...EMPTY, files: [] };
  const draft = { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) };
  return { ...draft, files: draft.files.filter((file) => file.at > Date.now() - DAY) };
}

/** Whether this browser had room for it. */
export function keepDraft(conversation: Id, draft: Draft): boolean {
  const place = name(conversation);
  unkept.delete(place);
  if (!draft.answer && !draft.note && !draft.files.length && !draft.way) {
    localStorage.removeItem(place);
    return true;
  }
  const text = JSON.stringify(draft);
  try {
    localStorage.setItem(place, text);
    return true;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    unkept.set(place, text);
    return false;
  }
}
