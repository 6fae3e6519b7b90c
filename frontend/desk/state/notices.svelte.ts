/** Short notices at the edge of the page: what was done, what failed and how to mend it. */
import { Away, Problem } from '../hub/client';
import type { Id } from '../hub/shapes/people';
import { mendOf, wrongOf } from '../words/refusal';
import { say } from '../words/words.svelte';

export interface Notice {
  id: number;
  kind: 'good' | 'bad' | 'news';
  text: string;
  more: string | null;
  /** `to` is the page that it opens, if it does: whoever comes there by another way needs the notice no more. */
  action: { label: string; run: () => void; to?: Id } | null;
}

export const SHOWN_FOR = 6_000;
const MOST = 4;

class Notices {
  all = $state<Notice[]>([]);
  #last = 0;
  #going = new Map<number, ReturnType<typeof setTimeout>>();

  add(kind: Notice['kind'], text: string, more: string | null = null, action: Notice['action'] = null): void {
    const notice = { id: ++this.#last, kind, text, more, action };
    const others = action ? this.all.filter((one) => one.kind !== kind || !one.action) : this.all;
    this.all = [...others.slice(1 - MOST), notice];
    this.leave(notice);
  }

  /** Somebody points at it or stands in it. */
  stay(notice: Notice): void {
    clearTimeout(this.#going.get(notice.id));
    this.#going.delete(notice.id);
  }

  /**
   * It goes after a while, unless it says what failed or offers to do something: that waits for her to close it, or
   * for the next offer of its kind (WCAG 2.2.1).
   */
  leave(notice: Notice): void {
    this.stay(notice);
    if (notice.kind === 'bad' || notice.action) return;
    this.#going.set(
      notice.id,
      setTimeout(() => this.drop(notice.id), SHOWN_FOR),
    );
  }

  drop(id: number): void {
    this.#going.delete(id);
    this.all = this.all.filter((one) => one.id !== id);
  }

  /** She is where these would lead. */
  arrived(path: string): void {
    if (this.all.some((one) => leads(one, path))) this.all = this.all.filter((one) => !leads(one, path));
  }

  /** What failed, with how to mend it. */
  failed(error: unknown, what: string = say().common.failed): void {
    if (error instanceof Problem) this.add('bad', wrongOf(error), mendOf(error));
    else if (error instanceof Away) this.add('bad', what, say().common.away);
    else throw error;
  }
}

const leads = ({ action }: Notice, path: string) =>
  action?.to !== undefined && path.endsWith(`/${action.to}`);

export const notices = new Notices();

/** Do it, and say so if it fails. Whether it was done. */
export async function tried(doing: () => Promise<unknown>, what?: string): Promise<boolean> {
  try {
    await doing();
    return true;
  } catch (error) {
    notices.failed(error, what);
    return false;
  }
}
