/** Customers, and the texts kept for them, as docs/api.md and its OpenAPI say. Answers may gain fields. */
import type { Id, Time } from './people';

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
