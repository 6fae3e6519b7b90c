/** The customer's own clock. */
import { speech } from '../../words/words.svelte';

const LOCALES = { en: 'en-GB', fa: 'fa-IR-u-ca-persian-nu-arabext' } as const;

/** Every zone the browser knows, for picking one. */
export const zones = (): readonly string[] => Intl.supportedValuesOf('timeZone');

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError: that is the answer
  }
}

/** 14:05, and the day if it is another than here. */
export function clockIn(zone: string, ms: number): string {
  const here = dayIn(undefined, ms);
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  if (dayIn(zone, ms) !== here) options.weekday = 'long';
  return new Intl.DateTimeFormat(LOCALES[speech.language], { ...options, timeZone: zone }).format(ms);
}

const dayIn = (zone: string | undefined, ms: number) =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: zone }).format(ms);

/** Whether people there mostly sleep: 21 to 8 o'clock. */
export function isNight(zone: string, ms: number): boolean {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(ms),
  );
  return hour >= 21 || hour < 8;
}

/** "Iran Time", as the language of the desk calls it. */
export function zoneName(zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat(LOCALES[speech.language], {
    timeZone: zone,
    timeZoneName: 'longGeneric',
  }).formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** فارسی, Persian: a language by its tag, as the desk's language calls it. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(LOCALES[speech.language], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // no tag of a language: shown as it was written
  }
}
