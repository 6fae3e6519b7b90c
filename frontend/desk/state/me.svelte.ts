/** Who sits at this desk. */
import { ask, get, onSignedOut, patch, post, Problem, speakFor } from '../hub/client';
import type { Agent, Me, PresenceName } from '../hub/shapes/people';
import { speech, type Language } from '../words/words.svelte';
import { push } from './push.svelte';

export type Theme = 'system' | 'light' | 'dark';
/** `gone`: the page is being loaded anew. */
type Standing = 'asking' | 'out' | 'in' | 'gone';

const ENDED = 'peyvand.ended';
const HOME = '/desk/';
const personOf = (who: Me) => who.agent?.id ?? who.name;

class MeState {
  standing = $state<Standing>('asking');
  /** She was in, and the hub does not know her any more. */
  ended = $state(false);
  #who = $state.raw<Me | null>(null);
  /** Whose sign-in ended in this tab, last. */
  #before = sessionStorage.getItem(ENDED);
  /** She herself is signing out. */
  #leaving = false;

  constructor() {
    sessionStorage.removeItem(ENDED);
    this.ended = this.#before !== null;
    onSignedOut(() => this.lost());
    addEventListener('pageshow', (event) => event.persisted && this.standing === 'gone' && location.reload());
  }

  /** Whoever is signed in. Only pages that are shown to somebody signed in may ask. */
  get who(): Me {
    if (!this.#who) throw new Error('nobody is signed in');
    return this.#who;
  }

  /** By what is kept for her in this browser: her agent's id, or her name. */
  get person(): string {
    return personOf(this.who);
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

  /** Whether keys without Ctrl do something: not for who speaks to the machine, or touches keys unawares (WCAG 2.1.4). */
  get singleKeys(): boolean {
    return this.#who?.preferences['single_keys'] !== false;
  }

  /** Ask the hub who this is; raises `Away`, and `Problem` if the hub cannot say it now. */
  async look(): Promise<void> {
    try {
      await this.#take(await get<Me>('/me'));
    } catch (error) {
      if (!(error instanceof Problem && error.status === 401)) throw error;
      this.standing = 'out';
    }
  }

  async signIn(name: string, password: string, code: string | null): Promise<void> {
    const body = { name, password, ...(code ? { code } : {}) };
    await this.#take((await ask<Me>('POST', '/sign-in', { body })).body);
  }

  signOut(): Promise<void> {
    return this.#leave('/sign-out');
  }

  signOutEverywhere(): Promise<void> {
    return this.#leave('/sign-out-everywhere');
  }

  async #leave(path: '/sign-out' | '/sign-out-everywhere'): Promise<void> {
    this.#leaving = true;
    try {
      await ask('POST', path, { body: {} });
    } catch (error) {
      const isOut = error instanceof Problem && error.kind === 'not-signed-in';
      if (!isOut || path === '/sign-out-everywhere') {
        this.#leaving = false;
        if (isOut)
          this.lost(); // of this browser, and nothing was done about the others
        else void get('/me').catch(() => undefined); // it may have been done, and only the answer was lost
        throw error;
      }
    }
    await push.leave(this.agentId).catch(() => undefined); // the hub has ended it as well
    this.#anew(() => location.assign(HOME));
  }

  /** Her sign-in has ended: she may sign in again where she was. */
  lost(): void {
    if (this.standing !== 'in' || this.#leaving) return;
    sessionStorage.setItem(ENDED, this.person);
    this.#anew(() => location.reload());
  }

  /** Who the hub takes this browser for: another who has signed in beside begins with a page of her own. */
  known(agentId: string | null): void {
    if (this.standing === 'in' && agentId !== this.agentId) this.#anew(() => location.assign(HOME));
  }

  /** By a page loaded anew, so that nothing of hers stays in it for whoever comes next. */
  #anew(load: () => void): void {
    this.#who = null;
    this.standing = 'gone';
    load();
  }

  /** Remember something for her, on every device. */
  async prefer(wanted: Record<string, unknown>): Promise<void> {
    const before = this.who.preferences;
    this.#likes(wanted);
    try {
      await patch('/me', { preferences: wanted });
    } catch (error) {
      this.#likes(Object.fromEntries(Object.keys(wanted).map((name) => [name, before[name]])));
      throw error;
    }
  }

  #likes(preferences: Record<string, unknown>): void {
    if (!this.#who) return;
    this.#who = { ...this.#who, preferences: { ...this.#who.preferences, ...preferences } };
    applyTheme(this.theme);
  }

  /** Another language from now on, on every device; without the network the old one stays. */
  async speak(language: Language): Promise<void> {
    await speech.learn(language);
    await patch('/me', { language });
    if (!this.#who) return;
    this.#who = { ...this.#who, language };
    await speech.use(language);
  }

  async declare(presence: PresenceName, reason = ''): Promise<void> {
    if (!this.agentId) return;
    this.seen(await post<Agent>(`/agents/${this.agentId}/presence`, { presence, reason }));
  }

  /** Her own row changed: said by the live connection. */
  seen(agent: Agent): void {
    if (this.#who) this.#who = { ...this.#who, agent };
  }

  async #take(who: Me): Promise<void> {
    if (this.#before !== null && this.#before !== personOf(who)) {
      this.#anew(() => location.assign(HOME)); // not where the other one was
      return;
    }
    this.#who = who;
    speakFor(this.agentId);
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
