/** The one live connection of the desk, and whether it is there. */
import { Live } from '../hub/live';
import { me } from './me.svelte';

export const live = new Live(() => me.out(true));

class Connection {
  open = $state(false);
  /** Since when it is gone, after it was there once; milliseconds. */
  lostAt = $state<number | null>(null);

  constructor() {
    live.listen({
      state: (open) => {
        if (this.open && !open) this.lostAt = Date.now();
        if (open) this.lostAt = null;
        this.open = open;
      },
    });
  }
}

export const connection = new Connection();
