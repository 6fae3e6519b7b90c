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

export function draftOf(conversation: Id): Draft {
  const kept = localStorage.getItem(name(conversation));
  if (kept === null) return { ...EMPTY, files: [] };
  const draft = { ...EMPTY, ...(JSON.parse(kept) as Partial<Draft>) };
  return { ...draft, files: draft.files.filter((file) => file.at > Date.now() - DAY) };
}

/** Whether this browser had room for it. */
export function keepDraft(conversation: Id, draft: Draft): boolean {
  const place = name(conversation);
  if (!draft.answer && !draft.note && !draft.files.length && !draft.way) {
    localStorage.removeItem(place);
    return true;
  }
  try {
    localStorage.setItem(place, JSON.stringify(draft));
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
  return true;
}
