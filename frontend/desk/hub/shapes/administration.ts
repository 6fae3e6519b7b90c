/** Tokens, dead events, health and accounts, as docs/api.md and its OpenAPI say. Answers may gain fields. */
import type { ChannelName, Id, RoleName, Time } from './people';

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
