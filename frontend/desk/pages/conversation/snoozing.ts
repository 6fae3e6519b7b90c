/** Until when a conversation can be put aside by one click, by the clock of this device. */
type PresetName = 'hour' | 'evening' | 'tomorrow' | 'week';
interface Preset {
  name: PresetName;
  at: Date;
}

const EVENING = 18;
const MORNING = 9;
const SATURDAY = 6;
const MONDAY = 1;

/** A week begins on Saturday in Persian, on Monday in English. */
export function presets(now: Date, language: 'en' | 'fa'): Preset[] {
  const at = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const start = language === 'fa' ? SATURDAY : MONDAY;
  const untilStart = (start - now.getDay() + 7) % 7 || 7;
  const all: Preset[] = [
    { name: 'hour', at: new Date(now.getTime() + 3_600_000) },
    { name: 'evening', at: at(0, EVENING) },
    { name: 'tomorrow', at: at(1, MORNING) },
    { name: 'week', at: at(untilStart, MORNING) },
  ];
  // In the evening there is no evening left, and on the last day of the week tomorrow is next week.
  return all.filter(
    (one, place) =>
      (one.name !== 'evening' || now.getHours() < EVENING - 1) &&
      !(one.name === 'week' && one.at.getTime() === all[place - 1]?.at.getTime()),
  );
}

/** For an input of type datetime-local, whole five minutes. */
export function forInput(at: Date): string {
  const whole = new Date(Math.ceil(at.getTime() / 300_000) * 300_000);
  return new Date(whole.getTime() - whole.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
