/** Tells her what has become hers or what her customers wrote while she looks elsewhere: a sound, a notice, the system's. */
import { named } from '../design/isolate';
import { router } from '../router/router.svelte';
import type { Conversation } from '../hub/shapes/conversations';
import type { Id } from '../hub/shapes/people';
import { say } from '../words/words.svelte';
import { conversations } from './conversations.svelte';
import { me } from './me.svelte';
import { news, type News } from './news';
import { notices } from './notices.svelte';
import { organisation } from './organisation.svelte';

/** Begin to tell; ends when the answer is called. */
export function alert(): () => void {
  return conversations.listen((one, before) => {
    // One that was not here before is news once all that was there has come.
    const known =
      before ??
      (conversations.loaded ? { ...one, assignee_id: heldBefore(one), offered_to: null } : undefined);
    const what = news(one, known, me.agentId);
    if (what && !(document.hasFocus() && router.path.endsWith(one.id))) tell(what, one);
  });
}

/** Who held it before it was here: what was split from another was that one's holder's. */
function heldBefore(one: Conversation): Id | null {
  const from = one.rearranged_at && one.previous_id ? conversations.byId.get(one.previous_id) : undefined;
  return from?.assignee_id ?? null;
}

function tell(what: News, one: Conversation): void {
  const name = named(one.customer_name ?? `#${one.number}`);
  if (what === 'gone') {
    notices.add('news', say().offers.goneTo(name, named(organisation.agentName(one.assignee_id))));
    return;
  }
  const text = TEXTS[what](name);
  const open = () => router.go(`/inbox/mine/${one.id}`);
  if (what === 'given') notices.add('news', text, null, { label: say().inbox.openIt, run: open, to: one.id });
  if (me.sounds) sound(what);
  if (document.hidden && me.desktop && 'Notification' in window && Notification.permission === 'granted') {
    const shown = new Notification(text, { tag: one.id, icon: '/desk/icon.svg' });
    shown.onclick = () => {
      window.focus();
      open();
      shown.close();
    };
  }
}

type Sounding = Exclude<News, 'gone'>;
const TEXTS: Record<Sounding, (name: string) => string> = {
  given: (name) => say().inbox.newForYou(name),
  wrote: (name) => say().inbox.wrote(name),
  offered: (name) => say().offers.offered(name),
};

let audio: AudioContext | undefined;

const TONES: Record<Sounding, readonly number[]> = {
  wrote: [660],
  given: [660, 880],
  offered: [660, 880, 660, 880],
};

/** One soft tone for a message, two rising for what is new to her, twice that for what she may accept. */
export function sound(what: Sounding): void {
  // Before her first click browsers keep silent.
  if (!navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  TONES[what].forEach((pitch, place) => tone(pitch, place * 0.14));
}

function tone(pitch: number, wait: number): void {
  if (!audio) return;
  const begin = audio.currentTime + wait;
  const [wave, loudness] = [audio.createOscillator(), audio.createGain()];
  wave.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, begin);
  loudness.gain.exponentialRampToValueAtTime(0.08, begin + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, begin + 0.25);
  wave.connect(loudness).connect(audio.destination);
  wave.start(begin);
  wave.stop(begin + 0.3);
}
