/**
 * The live connection (docs/api.md): a snapshot of ids and versions, then hints, and a digest that heals a lost one.
 * It comes back by itself; whoever listens is told when it is there and when it is not.
 */
import { API } from './client';
import type { Agent, Id } from './shapes/people';

export interface Known {
  id: Id;
  version: number;
}

export interface Snapshot {
  type: 'snapshot';
  conversations: Known[];
  complete: boolean;
  cap: number;
  agent: Agent | null;
}

export interface Hint {
  type: 'hint';
  kind: string;
  id: Id;
  version: number;
  cause?: Id;
  conversation?: Id;
}

export interface Digest {
  type: 'digest';
  count: number;
  sum: string;
  complete: boolean;
}

export interface Looking {
  type: 'looking';
  conversation: Id;
  agent: Id;
  name: string;
  state: 'looking' | 'typing' | 'left';
}

type Frame =
  Snapshot | Hint | Digest | Looking | { type: 'ping' } | { type: 'resync_needed' } | { type: 'problem' };

export interface Listener {
  snapshot?(frame: Snapshot): void;
  hint?(frame: Hint): void;
  digest?(frame: Digest): void;
  looking?(frame: Looking): void;
  state?(open: boolean): void;
}

/** Milliseconds without a frame after which the line counts as dead; the hub says something every 15 s. */
const SILENCE = 30_000;
const FIRST_WAIT = 500;
/** Spread out it is half as long again: a hub that is back has its desks back within ten seconds. */
const LONGEST_WAIT = 6_000;
/** The hub has ended the sign-in: to come back would be of no use. */
const ENDED = 1008;

export class Live {
  #socket: WebSocket | null = null;
  #listeners = new Set<Listener>();
  #wait = FIRST_WAIT;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;
  #opened = false;

  /** `ended`: the hub has closed it for good; `refused`: it did not open, which may have the same reason. */
  constructor(
    private readonly ended: () => void,
    private readonly refused: () => void,
  ) {}

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  open(): void {
    this.#wanted = true;
    addEventListener('online', this.#hurry);
    addEventListener('offline', this.#drop);
    document.addEventListener('visibilitychange', this.#hurry);
    this.#connect();
  }

  close(): void {
    this.#wanted = false;
    removeEventListener('online', this.#hurry);
    removeEventListener('offline', this.#drop);
    document.removeEventListener('visibilitychange', this.#hurry);
    clearTimeout(this.#timer);
    this.#drop();
  }

  resync(): void {
    this.say({ type: 'resync' });
  }

  /** Say something to the hub, if the line is open. */
  say(frame: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #connect(): void {
    clearTimeout(this.#timer);
    if (!this.#wanted || this.#socket) return;
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${API}/live`, ['peyvand.v1']);
    this.#socket = socket;
    this.#opened = false;
    this.#hear();
    socket.onopen = () => {
      this.#opened = true;
      this.#wait = FIRST_WAIT;
      this.#tell((listener) => listener.state?.(true));
    };
    socket.onmessage = (message) => {
      this.#hear();
      this.#take(JSON.parse(String(message.data)) as Frame);
    };
    socket.onclose = (closing) => this.#gone(socket, closing.code);
  }

  #take(frame: Frame): void {
    if (frame.type === 'snapshot') this.#tell((listener) => listener.snapshot?.(frame));
    else if (frame.type === 'hint') this.#tell((listener) => listener.hint?.(frame));
    else if (frame.type === 'digest') this.#tell((listener) => listener.digest?.(frame));
    else if (frame.type === 'looking') this.#tell((listener) => listener.looking?.(frame));
    else if (frame.type === 'resync_needed') this.resync();
  }

  #gone(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    clearTimeout(this.#silence);
    this.#tell((listener) => listener.state?.(false));
    if (code === ENDED) {
      this.ended();
      return;
    }
    if (this.#wanted && !this.#opened) this.refused();
    // Spread out, so that a hub that comes back is not met by all desks in one moment.
    this.#timer = setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random()));
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#drop, SILENCE);
  }

  /** Take the line for dead. A browser without a network would notice minutes later. */
  #drop = (): void => {
    const socket = this.#socket;
    if (!socket) return;
    socket.close();
    this.#gone(socket, 0);
  };

  #hurry = (): void => {
    if (document.visibilityState === 'visible' && !this.#socket) {
      this.#wait = FIRST_WAIT;
      this.#connect();
    }
  };

  #tell(what: (listener: Listener) => void): void {
    this.#listeners.forEach(what);
  }
}
