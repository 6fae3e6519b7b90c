/** Files that are shown, fetched once while a conversation is open and given back when it closes. */
import { SvelteMap } from 'svelte/reactivity';
import { API, ours } from '../../hub/client';

type Shown = { state: 'coming' } | { state: 'here'; url: string } | { state: 'failed' };

/** What browsers draw and cannot run. The hub has looked at the bytes: what could run is `application/octet-stream`. */
export const pictured = (kind: string) => /^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(kind);
export const playable = (kind: string) => /^audio\//.test(kind);

const COMING: Shown = { state: 'coming' };

export class Blobs {
  #shown = new SvelteMap<string, Shown>();
  #asked = new Set<string>();
  #end = new AbortController();

  /** As it is now; asked for the first time, it is fetched. */
  of(path: string): Shown {
    if (!this.#asked.has(path)) {
      this.#asked.add(path);
      void this.#fetch(path);
    }
    return this.#shown.get(path) ?? COMING;
  }

  end(): void {
    this.#end.abort();
    for (const one of this.#shown.values()) if (one.state === 'here') URL.revokeObjectURL(one.url);
    this.#shown.clear();
  }

  async #fetch(path: string): Promise<void> {
    try {
      const response = await fetch(API + path, {
        headers: ours(),
        credentials: 'same-origin',
        signal: this.#end.signal,
      });
      if (!response.ok) throw new TypeError(String(response.status));
      const blob = await response.blob();
      if (this.#end.signal.aborted) return;
      this.#shown.set(path, { state: 'here', url: URL.createObjectURL(blob) });
    } catch (error) {
      if (this.#end.signal.aborted) return; // nobody looks any more
      if (!(error instanceof TypeError)) throw error;
      this.#shown.set(path, { state: 'failed' }); // shown as a file that can be saved
    }
  }
}
