/** Who sits at this desk. */
import { ask, get, onSignedOut, patch, post, Problem } from '../hub/client';
import type { Agent, Me, PresenceName } from '../hub/shapes/people';
import { speech } from '../words/words.svelte';
import { push } from './push.svelte';

export type Theme = 'system' | 'light' | 'dark';
type Standing = 'asking' | 'out' | 'in';

class MeState {
  standing = $state<Standing>('asking');
  /** She was in, and the hub does not know her any more. */
  ended = $state(false);
  #who = $state.raw<Me | null>(null);

  constructor() {
    onSignedOut(() => this.out(this.standing === 'in'));
  }

  /** Whoever is signed in. Only pages that are shown to somebody signed in may ask. */
  get who(): Me {
    if (!this.#who) throw new Error('nobody is signed in');
    return this.#who;
  }

  get agentId(): string | null {
    return this.#who?.agent?.id ?? null;
  }

  get leads(): boolean {
    return this.#who?.role === 'supervisor' || this.#who?.role === 'admin';
  }

  get theme(): Theme {
    return (this.#who?.preferences['theme'] as Theme | undefined) ?? 'system';
  }

  /** Whether she wants to hear what is new. */
  get sounds(): boolean {
    return this.#who?.preferences['sounds'] !== false;
  }

  /** Whether she wants the system's notices; the browser has its say as well. */
  get desktop(): boolean {
    return this.#who?.preferences['desktop'] !== false;
  }

  /** Ask the hub who this is; raises `Away`. */
  async look(): Promise<void> {
    try {
      await this.#take(await get<Me>('/me'));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      this.out(false);
    }
  }

  async signIn(name: string, password: string, code: string | null): Promise<void> {
    const body = { name, password, ...(code ? { code } : {}) };
    await this.#take((await ask<Me>('POST', '/sign-in', { body })).body);
  }

  async signOut(): Promise<void> {
    await ask('POST', '/sign-out', { body: {} });
    await push.leave().catch(() => undefined); // the hub has ended it as well
    this.out(false);
  }

  async signOutEverywhere(): Promise<void> {
    await ask('POST', '/sign-out-everywhere', { body: {} });
    await push.leave().catch(() => undefined);
    this.out(false);
  }

  out(ended: boolean): void {
    this.ended = ended;
    this.#who = null;
    this.standing = 'out';
  }

  /** Remember something for her, on every device. */
  async prefer(preferences: Record<string, unknown>): Promise<void> {
    const before = this.who;
    this.#who = { ...before, preferences: { ...before.preferences, ...preferences } };
    applyTheme(this.theme);
    await patch('/me', { preferences: this.who.preferences });
  }

  async speak(language: 'en' | 'fa'): Promise<void> {
    await speech.use(language);
    if (this.#who) this.#who = await patch<Me>('/me', { language });
  }

  async declare(presence: PresenceName, reason = ''): Promise<void> {
    if (!this.agentId) return;
    const agent = await post<Agent>(`/agents/${this.agentId}/presence`, { presence, reason });
    this.#who = { ...this.who, agent };
  }

  /** Her own row changed: said by the live connection. */
  seen(agent: Agent): void {
    if (this.#who) this.#who = { ...this.#who, agent };
  }

  async #take(who: Me): Promise<void> {
    this.#who = who;
    this.ended = false;
    applyTheme(this.theme);
    if (who.language && who.language !== speech.language) await speech.use(who.language);
    this.standing = 'in';
    if (who.agent) void push.again(who.agent.id);
  }
}

const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

function applyTheme(theme: Theme): void {
  chosen = theme;
  document.documentElement.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
}

dark.addEventListener('change', () => applyTheme(chosen));
applyTheme('system');

export const me = new MeState();
