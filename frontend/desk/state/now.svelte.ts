/** The time as pages show it: it moves every fifteen seconds, for all of them together. */
const STEP = 15_000;

class Now {
  ms = $state(Date.now());

  constructor() {
    setInterval(() => (this.ms = Date.now()), STEP);
    document.addEventListener('visibilitychange', () => (this.ms = Date.now()));
  }
}

export const now = new Now();
