/** Whether this browser tells her while the desk is closed: Web Push, for whoever is signed in here and allowed it here. */
import { ask, get, put } from '../hub/client';
import { router } from '../router/router.svelte';
import { bytesOf, standingOf, type Standing } from './pushRules';

const WORKER = '/desk/notices.js';
const SCOPE = '/desk/';
/** Whose browser this is for that: another who signs in here has not allowed it. */
const OWNER = 'peyvand.push';

class Push {
  standing = $state<Standing>('asking');

  /** Find out; never raises. */
  async look(agent: string): Promise<void> {
    const known = standingOf(window);
    if (known) {
      this.standing = known;
      return;
    }
    try {
      const key = (await get<{ key: string | null }>('/push-key')).key;
      const subscribed = localStorage.getItem(OWNER) === agent && (await subscription()) !== null;
      this.standing = key === null ? 'off' : subscribed ? 'yes' : 'no';
    } catch {
      this.standing = 'no';
    }
  }

  /** Ask the browser, which asks her, and tell the hub. Raises what the hub or the browser's push service refuses. */
  async allow(agent: string): Promise<void> {
    if ((await Notification.requestPermission()) !== 'granted') {
      this.standing = standingOf(window) ?? 'no';
      return;
    }
    const { key } = await get<{ key: string | null }>('/push-key');
    if (key === null) {
      this.standing = 'off';
      return;
    }
    await navigator.serviceWorker.register(`${WORKER}?agent=${agent}`, {
      scope: SCOPE,
      updateViaCache: 'none',
    });
    await tell(await subscribed(key));
    localStorage.setItem(OWNER, agent);
    this.standing = 'yes';
  }

  async forbid(agent: string): Promise<void> {
    await ask('DELETE', '/me/push').catch(() => undefined); // the browser's own end is what counts
    await this.leave(agent);
    this.standing = 'no';
  }

  /** She has signed in: the sign-in is a new one, her wish is the same. Never raises. */
  async again(agent: string): Promise<void> {
    if (standingOf(window) || localStorage.getItem(OWNER) !== agent) return;
    try {
      const { key } = await get<{ key: string | null }>('/push-key');
      if (key !== null && (await subscription())) await tell(await subscribed(key));
    } catch {
      // She is told nothing until she comes again, and her own page says so by its switch.
    }
  }

  /** Nothing more comes to this browser for her. */
  async leave(agent: string | null): Promise<void> {
    if (localStorage.getItem(OWNER) !== agent) return; // another has signed in beside, and allowed it here
    localStorage.removeItem(OWNER);
    if (!standingOf(window)) await (await subscription())?.unsubscribe();
  }
}

async function subscription(): Promise<PushSubscription | null> {
  const registered = await navigator.serviceWorker.getRegistration(SCOPE);
  return (await registered?.pushManager.getSubscription()) ?? null;
}

/** The subscription to this hub's key; one to another key, of before it was lost, is given up. */
async function subscribed(key: string): Promise<PushSubscription> {
  const registered = await navigator.serviceWorker.ready;
  const applicationServerKey = bytesOf(key);
  const before = await registered.pushManager.getSubscription();
  const theirs = before?.options.applicationServerKey;
  if (theirs && new Uint8Array(theirs).join() !== applicationServerKey.join()) await before.unsubscribe();
  else if (before) return before;
  return registered.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
}

async function tell(made: PushSubscription): Promise<void> {
  const { endpoint, keys } = made.toJSON();
  await put('/me/push', { endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'] });
}

/** A click on a notice opens its conversation in the desk that is open already. */
export function followNotices(): () => void {
  const opened = (event: MessageEvent<{ open?: unknown }>) => {
    if (typeof event.data.open === 'string') router.go(event.data.open);
  };
  navigator.serviceWorker?.addEventListener('message', opened);
  return () => navigator.serviceWorker?.removeEventListener('message', opened);
}

export const push = new Push();
