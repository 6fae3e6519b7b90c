/** Names, agents, teams, and who is signed in, as docs/api.md and its OpenAPI say. Answers may gain fields. */

export type Id = string;
export type Time = string;
export type ChannelName = 'sms' | 'whatsapp' | 'email' | 'webchat' | 'voice';
export type RoleName = 'agent' | 'supervisor' | 'marketer' | 'admin';
export type PresenceName = 'available' | 'away' | 'offline';

export interface Agent {
  id: Id;
  name: string;
  role: RoleName;
  language: string | null;
  live_capacity: number;
  written_capacity: number;
  active: boolean;
  created_at: Time;
  teams: Id[];
  skills: string[];
  declared: PresenceName;
  declared_at: Time | null;
  reason: string;
  holds: number;
  has_password: boolean;
  /** Null while nobody can say. */
  connected: boolean | null;
}

export interface Team {
  id: Id;
  name: string;
  created_at: Time;
  members: Id[];
}

/** `GET /teams/{id}`. */
export interface TeamWhole extends Team {
  accounts: number;
  /** Those that are not resolved. */
  conversations: number;
}

export interface Me {
  name: string;
  role: RoleName;
  agent: Agent | null;
  language: 'en' | 'fa' | null;
  preferences: Record<string, unknown>;
  totp: boolean;
  has_password: boolean;
  sign_in: Id | null;
}

/** A browser where she is signed in. */
export interface SignIn {
  id: Id;
  created_at: Time;
  seen_at: Time;
  address: string;
  agent_string: string;
  current: boolean;
}
