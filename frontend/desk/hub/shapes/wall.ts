/** The live wall, as docs/api.md and its OpenAPI say. Answers may gain fields. */
import type { ChannelName, Id, PresenceName, RoleName, Time } from './people';

/** `GET /wall`. */
export interface Wall {
  at: Time;
  time_zone: string;
  day_starts_at: Time;
  day_ends_at: Time;
  service: Service;
  /** Each team's by name, then that of no team. */
  lines: Line[];
  agents: AtWork[];
  volume: Volume;
}

export interface Service {
  answered_in_time: number;
  answered_late: number;
  unanswered_late: number;
  /** Null if there was nothing to answer. */
  share: number | null;
}

export interface Line {
  team_id: Id | null;
  team_name: string | null;
  length: number;
  oldest: Time | null;
  late: number;
  service: Service;
  /** The first of them, in the line's order. */
  waiting: WallConversation[];
}

export interface WallConversation {
  id: Id;
  number: number;
  channel: ChannelName;
  customer_id: Id;
  customer_name: string | null;
  contact_point: string;
  /** Of one that waits: who may accept it now. */
  offered_to?: Id | null;
  waiting_since: Time | null;
  reply_by: Time | null;
}

export interface Held extends WallConversation {
  /** `answered`: it waits on the customer. */
  state: 'waiting' | 'answered' | 'snoozed';
  snoozed_until: Time | null;
  held_since: Time | null;
}

export interface Load {
  load: number;
  capacity: number;
}

/** An agent as the wall shows her. */
export interface AtWork {
  id: Id;
  name: string;
  role: RoleName;
  active: boolean;
  teams: Id[];
  declared: PresenceName;
  reason: string;
  declared_at: Time | null;
  connected: boolean | null;
  live: Load;
  written: Load;
  holds: number;
  late: number;
  holding: Held[];
}

export interface Volume {
  /** When each hour begins: 24, but on days when clocks are changed. */
  hours: Time[];
  channels: { channel: ChannelName; inbound: number[] }[];
}
