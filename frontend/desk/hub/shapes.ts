/** What the hub answers, as docs/api.md and its OpenAPI say. Answers may gain fields. */

export type Id = string;
type Time = string;
export type ChannelName = 'sms' | 'whatsapp' | 'email' | 'webchat' | 'voice';
export type RoleName = 'agent' | 'supervisor' | 'marketer' | 'admin';
export type PresenceName = 'available' | 'away' | 'offline';
type StatusName = 'open' | 'snoozed' | 'resolved';
export type DirectionName = 'inbound' | 'outbound' | 'internal';
export type DeliveryName =
  'queued' | 'sending' | 'unknown' | 'accepted' | 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';

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

interface Last {
  id: Id;
  direction: DirectionName;
  channel: ChannelName;
  text: string;
  accepted_at: Time;
  agent_id: Id | null;
  delivery: DeliveryName | null;
  files: number;
}

export interface Conversation {
  id: Id;
  number: number;
  customer_id: Id;
  customer_name: string | null;
  customer_language: string | null;
  channel: ChannelName;
  account: string;
  contact_point: string;
  our_address: string;
  previous_id: Id | null;
  opened_at: Time;
  version: number;
  status: StatusName;
  priority: 'urgent' | 'high' | 'normal' | 'low' | null;
  team_id: Id | null;
  assignee_id: Id | null;
  waiting_since: Time | null;
  due: Time | null;
  reply_due: Time | null;
  snoozed_until: Time | null;
  resolved_at: Time | null;
  topic: string | null;
  outcome: string | null;
  last_inbound_at: Time | null;
  last_answer_at: Time | null;
  next_at: Time | null;
  free_text_until: Time | null;
  last: Last | null;
  unread: boolean;
  mentioned: boolean;
  /** Everything in it is shown there. */
  joined_into: Id | null;
  /** When what stands in it last changed by a split, a join or an undo. */
  rearranged_at: Time | null;
}

export interface File {
  position: number;
  status: 'waiting' | 'stored' | 'failed';
  name: string | null;
  content_type: string;
  size: number | null;
  reason: string | null;
}

export interface Interaction {
  id: Id;
  customer_id: Id;
  conversation_id: Id;
  channel: ChannelName;
  direction: DirectionName;
  contact_point: string;
  our_address: string;
  agent_id: Id | null;
  accepted_at: Time;
  text?: string | null;
  media?: File[] | null;
  mentions?: Id[];
  delivery: DeliveryName | null;
  delivery_reason: string | null;
  delivery_code: string | null;
  provider_id: string | null;
}

export interface Decision {
  event_id: Id;
  at: Time;
  kind: string;
  refused: boolean;
  step?: number | null;
  agent_id: Id | null;
  team_id?: Id | null;
  next_at?: Time | null;
  sentence: string;
  reasons: Record<string, unknown>;
}

/** A command was carried out. */
export interface Obeyed {
  conversation: Conversation | null;
  decision: Decision;
  other?: Conversation | null;
}

/** Taken in, not decided within two seconds. */
export interface Pending {
  id: Id;
  state: 'pending';
  outcome: string;
}

export interface Way {
  channel: ChannelName;
  account: string;
  our_address: string;
  contact_point: string;
  max_text: number;
  max_files: number;
  max_file_bytes: number;
  free_text_until: Time | null;
  segment_price: { amount: string; currency: string } | null;
  usual: boolean;
}

export interface ContactPoint {
  contact_point: string;
  verified_at: Time | null;
}

export interface Customer {
  id: Id;
  name: string | null;
  language: string | null;
  time_zone: string | null;
  owner_id: Id | null;
  attributes: Record<string, unknown>;
  version: number;
  created_at: Time;
  contact_points: ContactPoint[];
}

export interface CustomerChange {
  id: Id;
  at: Time;
  by_agent: Id | null;
  by: string;
  field: string;
  before: unknown;
  after: unknown;
}

export interface CannedAnswer {
  id: Id;
  shortcut: string;
  title: string;
  text: string;
  language: string | null;
  team_id: Id | null;
  version: number;
  updated_at: Time;
}

export interface Template {
  id: string;
  account: string;
  name: string;
  language: string;
  body: string;
  approved: boolean;
  seen_at: Time;
}

/** A split or join of conversations. */
export interface Rearrangement {
  id: Id;
  kind: 'split' | 'join';
  at: Time;
  by_agent: Id | null;
  from: Id;
  to: Id;
  interactions: Id[];
  undone_at: Time | null;
  undone_by: Id | null;
}

export interface Token {
  id: Id;
  name: string;
  role: RoleName;
  agent_id: Id | null;
  created_at: Time;
  expires_at: Time | null;
  revoked_at: Time | null;
}

/** `token` is shown this one time. */
export interface MadeToken {
  id: Id;
  name: string;
  role: RoleName;
  agent_id: Id | null;
  expires_at: Time | null;
  token: string;
}

/** `GET /dead-events?state=&worker=`, oldest first. */
export interface DeadEvent {
  id: number;
  worker: string;
  event_id: Id | null;
  type: string;
  reason: string;
  state: 'dead' | 'retried' | 'dropped';
  died_at: Time;
  settled_at: Time | null;
  settled_by: string | null;
}

/** `GET /dead-events/{id}`; what `POST …/retry` and `…/drop` answer. */
export interface DeadEventWhole extends DeadEvent {
  /** How often it died at this worker, this time included. */
  tries: number;
  /** The event, secrets taken out; null if its bytes are no event. */
  payload: Record<string, unknown> | null;
  /** Its bytes as text, if they are no event. */
  unreadable: string | null;
}

/** `GET /health`: as `hub doctor` sees it. The worst check is its state. */
export interface Health {
  state: HealthState;
  at: Time;
  version: string;
  checks: Check[];
}

type HealthState = 'ok' | 'warning' | 'failed';

/** The worst finding is its state. */
export interface Check {
  name: string;
  state: HealthState;
  findings: Finding[];
  seconds: number;
}

export interface Finding {
  state: HealthState | 'fact';
  seen: string;
  /** What to do; null if nothing is to be done. */
  mend: string | null;
}

/** `GET /accounts`; what `POST /accounts` and `PATCH /accounts/{adapter}/{name}` answer. */
export interface Account {
  /** `adapter/name`. */
  id: string;
  adapter: string;
  channel: ChannelName;
  addresses: string[];
  settings: Record<string, string>;
  secrets: { name: string; set: boolean }[];
  team_id: Id | null;
  active: boolean;
  problem: string | null;
  health: AccountHealth;
  /** Kept by the HUB_… settings: it cannot be changed here. */
  fixed: boolean;
}

/** What `POST /accounts/{adapter}/{name}/check` answers, too. */
export interface AccountHealth {
  state: 'ok' | 'failed' | 'off' | 'unknown';
  since: Time | null;
  said: string | null;
}

/** `GET /adapters`: what an account can be made of. */
export interface AdapterKind {
  name: string;
  /** Null, and without settings, if its author has not said what an account of it is made of. */
  channel: ChannelName | null;
  settings: AdapterSetting[];
  secrets: { name: string; label: string; required: boolean; help: string }[];
  /** Secrets may have other names, too: `{secret.NAME}` in a setting. */
  other_secrets: boolean;
  /** Where the provider shall call us, to be entered there. */
  webhooks: { kind: string; url: string }[];
}

export interface AdapterSetting {
  name: string;
  label: string;
  /** `table`: several settings called `name.something`. */
  type: 'text' | 'number' | 'numbers' | 'url' | 'choice' | 'document' | 'table';
  required: boolean;
  default: string | null;
  choices: string[];
  help: string;
}

/** `GET /accounts/{adapter}/{name}/exchanges`, newest first. */
export interface Exchange {
  /** We tried to send; the provider reported; a customer wrote. */
  kind: 'attempt' | 'receipt' | 'message';
  at: Time;
  id: Id;
  message_id: Id | null;
  /** Masked. */
  customer: string | null;
  our_address: string | null;
  /** Of an attempt one of six words, of a report the delivery's status, of a message `received`. */
  result: string;
  provider_id: string | null;
  provider_status: string | null;
  code: string | null;
  reason: string | null;
  number: number | null;
  seconds: number | null;
}

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
