/** What the wall shows of what the hub counted. Pure. */
import type { ChannelName } from '../../hub/shapes/people';
import type { AtWork, Service, Volume, Wall } from '../../hub/shapes/wall';

export interface Totals {
  waiting: number;
  late: number;
  /** Since when the one waits that waits longest. */
  oldest: string | null;
  there: number;
  agents: number;
  came: number;
}

export function totals(wall: Wall): Totals {
  const oldest = wall.lines.map((line) => line.oldest).filter((since) => since !== null);
  const active = wall.agents.filter((agent) => agent.active);
  return {
    waiting: sum(wall.lines.map((line) => line.length)),
    late: sum(wall.lines.map((line) => line.late)),
    oldest: oldest.reduce<string | null>(earlier, null),
    there: active.filter(isThere).length,
    agents: active.length,
    came: sum(wall.volume.channels.map((one) => sum(one.inbound))),
  };
}

const earlier = (one: string | null, other: string) =>
  one === null || Date.parse(other) < Date.parse(one) ? other : one;

export const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** All waits that the service level is about. */
export const answerable = (service: Service) =>
  service.answered_in_time + service.answered_late + service.unanswered_late;

/** She gets what comes in. While nobody can say whether she is connected, her word counts. */
export const isThere = (agent: AtWork) =>
  agent.active && agent.declared === 'available' && agent.connected !== false;

export interface Column {
  /** When the hour begins. */
  at: string;
  total: number;
  /** From the foot up; only channels on which something came. */
  parts: { channel: ChannelName; count: number }[];
}

export function columns(volume: Volume): Column[] {
  return volume.hours.map((at, hour) => {
    const parts = volume.channels
      .map(({ channel, inbound }) => ({ channel, count: inbound[hour] ?? 0 }))
      .filter((part) => part.count > 0);
    return { at, total: sum(parts.map((part) => part.count)), parts };
  });
}

/** Where the lines behind the columns stand: round numbers from 0 to above the highest, at most five. */
export function marks(most: number): number[] {
  const step = round(Math.max(most, 1) / 4);
  const count = Math.ceil(Math.max(most, 1) / step);
  return Array.from({ length: count + 1 }, (_, place) => place * step);
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function round(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return ([1, 2, 5, 10].find((one) => one * power >= least) ?? 10) * power;
}

/** The hour in which `now` is, by its place; -1 before and after that day. */
export function hourOf(volume: Volume, dayEnds: string, now: number): number {
  if (now >= Date.parse(dayEnds)) return -1;
  return volume.hours.findLastIndex((at) => Date.parse(at) <= now);
}
