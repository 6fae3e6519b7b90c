/** Short notices at the edge of the page: what was done, what failed and how to mend it. */
import { Away, Problem } from '../hub/client';
import { say } from '../words/words.svelte';

export interface Notice {
  id: number;
  kind: 'good' | 'bad' | 'news';
  text: string;
  more: string | null;
  action: { label: string; run: () => void } | null;
}

const SHOWN_FOR = 6_000;

class Notices {
  all = $state<Notice[]>([]);
  #last = 0;

  add(kind: Notice['kind'], text: string, more: string | null = null, action: Notice['action'] = null): void {
    const notice = { id: ++this.#last, kind, text, more, action };
    this.all = [...this.all.slice(-3), notice];
    if (kind !== 'bad') setTimeout(() => this.drop(notice.id), SHOWN_FOR);
  }

  drop(id: number): void {
    this.all = this.all.filter((one) => one.id !== id);
  }

  /** What failed, in the hub's words with how to mend it. */
  failed(error: unknown, what: string = say().common.failed): void {
    if (error instanceof Problem) this.add('bad', error.detail, error.mend);
    else if (error instanceof Away) this.add('bad', what, say().common.away);
    else throw error;
  }
}

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
