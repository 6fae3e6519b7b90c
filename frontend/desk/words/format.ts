/** Numbers, times and sizes as people of each language write them: Persian digits and Jalali dates in Persian. */
import { say, speech } from './words.svelte';

const LOCALES = { en: 'en-GB', fa: 'fa-IR-u-ca-persian-nu-arabext' } as const;
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  key: string,
  make: (locale: string) => T,
): T {
  const name = `${speech.language} ${key}`;
  const found = made.get(name) as T | undefined;
  if (found) return found;
  const fresh = make(LOCALES[speech.language]);
  made.set(name, fresh);
  return fresh;
}

const times = (key: string, options: Intl.DateTimeFormatOptions) =>
  kept(key, (locale) => new Intl.DateTimeFormat(locale, options));

export function number(value: number, options: Intl.NumberFormatOptions = {}): string {
  return kept(`n${JSON.stringify(options)}`, (locale) => new Intl.NumberFormat(locale, options)).format(
    value,
  );
}

export function percent(share: number): string {
  return number(share, { style: 'percent', maximumFractionDigits: 0 });
}

/** 14:05 */
export function clock(at: string | Date): string {
  return times('clock', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(at));
}

/** The same by the clocks of that zone of IANA's. */
export function hourIn(at: string, zone: string): string {
  return times(`hour${zone}`, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
}

/** 21 March 2026, without the year if it is this one. */
export function day(at: string | Date): string {
  const date = new Date(at);
  const thisYear = date.getFullYear() === new Date().getFullYear();
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'long' };
  return times(`day${thisYear}`, thisYear ? options : { ...options, year: 'numeric' }).format(date);
}

/** Today, Yesterday, else the day. */
export function dayNamed(at: string | Date): string {
  const days = daysBetween(new Date(at), new Date());
  if (days === 0) return say().common.today;
  return days === 1 ? say().common.yesterday : day(at);
}

/** The day and the clock: what stands in a tooltip. */
export function moment(at: string | Date): string {
  return times('moment', { dateStyle: 'long', timeStyle: 'short' }).format(new Date(at));
}

/** As short as a list wants it: the clock today, the day before. */
export function short(at: string | Date): string {
  const date = new Date(at);
  return daysBetween(date, new Date()) === 0
    ? clock(date)
    : times('short', { day: 'numeric', month: 'short' }).format(date);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit & ('day' | 'hour' | 'minute' | 'second'), number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const SECONDS = ['second', 1] as const;

/** 4 min, 2 h: how long something takes or has taken. Seconds only below one minute. */
export function duration(seconds: number): string {
  const all = Math.max(0, Math.round(seconds));
  const [unit, size] = UNITS.find(([, least]) => all >= least) ?? SECONDS;
  return number(Math.floor(all / size), { style: 'unit', unit, unitDisplay: 'short' });
}

/** 4 minutes ago, in 2 hours. */
export function ago(at: string | Date, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  if (Math.abs(seconds) < 10) return say().common.justNow;
  const [unit, size] = UNITS.find(([, least]) => Math.abs(seconds) >= least) ?? SECONDS;
  const format = kept('ago', (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return format.format(Math.round(seconds / size), unit);
}

/** 340 KB */
export function bytes(size: number): string {
  const [unit, by] = size < 1_000_000 ? ['kilobyte', 1_000] : ['megabyte', 1_000_000];
  return number(Math.max(size / Number(by), 0.1), {
    style: 'unit',
    unit: String(unit),
    maximumFractionDigits: 1,
  });
}

/** Whole days between two moments by the wall clock. */
function daysBetween(from: Date, to: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(to) - midnight(from)) / 86_400_000);
}

/** What stands behind a contact point's scheme; shown in an element of class `ltr`. */
export function address(point: string): string {
  return point.slice(point.indexOf(':') + 1);
}
