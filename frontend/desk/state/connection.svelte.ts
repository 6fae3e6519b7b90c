/** The one live connection of the desk, and whether it is there. */
import { get } from '../hub/client';
import { Live } from '../hub/live';
import { me } from './me.svelte';

export const live = new Live(
  () => me.lost(),
  // A browser is not told why a line does not open. `get` tells whoever is signed out; all else is tried again anyway.
  () => void get('/me').catch(() => undefined),
);

class Connection {
  open = $state(false);
  /** Since when it is gone, after it was there once; milliseconds. */
  lostAt = $state<number | null>(null);

  constructor() {
    live.listen({
      snapshot: (frame) => me.known(frame.agent?.id ?? null),
      state: (open) => {
        if (this.open && !open) this.lostAt = Date.now();
        if (open) this.lostAt = null;
        this.open = open;
      },
    });
  }
}

export const connection = new Connection();
