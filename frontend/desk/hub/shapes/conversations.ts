/** Conversations, what passed in them and what was decided, as docs/api.md and its OpenAPI say. Answers may gain fields. */
import type { ChannelName, Id, Time } from './people';

type StatusName = 'open' | 'snoozed' | 'resolved';

export type DirectionName = 'inbound' | 'outbound' | 'internal';
export type DeliveryName =
  'queued' | 'sending' | 'unknown' | 'accepted' | 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';

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
  /** Who may accept it now, and until when. */
  offered_to: Id | null;
  offered_until: Time | null;
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
