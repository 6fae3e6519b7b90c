import { describe, expect, test } from 'vitest';
import type { AtWork, Line, Service, Wall } from '../../hub/shapes/wall';
import { answerable, columns, hourOf, isThere, marks, totals } from './numbers';

const NONE: Service = { answered_in_time: 0, answered_late: 0, unanswered_late: 0, share: null };
const HOURS = Array.from({ length: 24 }, (_, hour) =>
  new Date(Date.UTC(2026, 2, 20, 20, 30) + hour * 3_600_000).toISOString(),
);
const ENDS = '2026-03-21T20:30:00Z';

const line = (more: Partial<Line>): Line => ({
  team_id: null,
  team_name: null,
  length: 0,
  oldest: null,
  late: 0,
  service: NONE,
  waiting: [],
  ...more,
});
const agent = (more: Partial<AtWork>): AtWork => ({
  id: 'a',
  name: 'Mina',
  role: 'agent',
  active: true,
  teams: [],
  declared: 'available',
  reason: '',
  declared_at: null,
  connected: true,
  live: { load: 0, capacity: 100 },
  written: { load: 0, capacity: 100 },
  holds: 0,
  late: 0,
  holding: [],
  ...more,
});
const wall = (more: Partial<Wall>): Wall => ({
  at: '2026-03-21T08:00:00Z',
  time_zone: 'Asia/Tehran',
  day_starts_at: HOURS[0] ?? '',
  day_ends_at: ENDS,
  service: NONE,
  lines: [],
  agents: [],
  volume: { hours: HOURS, channels: [] },
  ...more,
});

describe('the numbers at the top', () => {
  test('with nothing at all', () => {
    const none = { waiting: 0, late: 0, oldest: null, there: 0, agents: 0, came: 0 };
    expect(totals(wall({ lines: [line({})] }))).toEqual(none);
  });

  test('over all lines; the earliest is the oldest, whatever its text looks like', () => {
    const lines = [
      line({ length: 2, late: 1, oldest: '2026-03-21T07:00:00Z' }),
      line({ length: 1, oldest: '2026-03-21T09:30:00+03:30' }),
      line({}),
    ];
    const said = totals(wall({ lines }));
    expect([said.waiting, said.late, said.oldest]).toEqual([3, 1, '2026-03-21T09:30:00+03:30']);
  });

  test('who has left does not count, who is away is not there', () => {
    const agents = [agent({}), agent({ declared: 'away' }), agent({ active: false })];
    const said = totals(wall({ agents }));
    expect([said.there, said.agents]).toEqual([1, 2]);
  });

  test('what came in is the sum over channels and hours', () => {
    const channels = [
      { channel: 'sms' as const, inbound: [3, 0, 2] },
      { channel: 'email' as const, inbound: [0, 1, 0] },
    ];
    expect(totals(wall({ volume: { hours: HOURS, channels } })).came).toBe(6);
  });

  test('all waits of the service level', () => {
    expect(answerable({ answered_in_time: 3, answered_late: 2, unanswered_late: 1, share: 0.5 })).toBe(6);
  });
});

test.each([
  [{}, true],
  [{ connected: null }, true],
  [{ connected: false }, false],
  [{ declared: 'away' as const }, false],
  [{ active: false }, false],
])('there is who is available and not known to be gone: %j', (more, there) => {
  expect(isThere(agent(more))).toBe(there);
});

test('a column holds the channels of its hour, and none on which nothing came', () => {
  const channels = [
    { channel: 'sms' as const, inbound: [3, 0] },
    { channel: 'whatsapp' as const, inbound: [1, 0] },
  ];
  const [first, second] = columns({ hours: HOURS, channels });
  expect(first?.total).toBe(4);
  expect(first?.parts.map((part) => [part.channel, part.count])).toEqual([
    ['sms', 3],
    ['whatsapp', 1],
  ]);
  expect([second?.total, second?.parts]).toEqual([0, []]);
  expect(columns({ hours: HOURS, channels })).toHaveLength(24);
});

describe('the lines behind the columns', () => {
  test.each([
    [0, [0, 1]],
    [1, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [5, [0, 2, 4, 6]],
    [42, [0, 20, 40, 60]],
    [1_000, [0, 500, 1000]],
  ])('%i', (most, expected) => {
    expect(marks(most)).toEqual(expected);
  });

  test('reach above the highest, and are few', () => {
    for (let most = 0; most < 5_000; most += 7) {
      const found = marks(most);
      expect(found.at(-1)).toBeGreaterThanOrEqual(most);
      expect(found.length).toBeLessThanOrEqual(5);
    }
  });
});

test('the hour it is now, in that day alone', () => {
  const volume = { hours: HOURS, channels: [] };
  expect(hourOf(volume, ENDS, Date.parse('2026-03-20T20:29:59Z'))).toBe(-1);
  expect(hourOf(volume, ENDS, Date.parse('2026-03-20T20:30:00Z'))).toBe(0);
  expect(hourOf(volume, ENDS, Date.parse('2026-03-21T20:29:59Z'))).toBe(23);
  expect(hourOf(volume, ENDS, Date.parse(ENDS))).toBe(-1);
});
