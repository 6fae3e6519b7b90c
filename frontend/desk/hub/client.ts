/** Requests to the hub. What it refuses is a `Problem` (RFC 9457); what it does not answer is `Away`. */
import { heard } from './clock';

export const API = '/api/v1';
const PATIENCE = 15_000;

/** What the hub says is wrong, in its own words. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    readonly detail: string,
    readonly mend: string | null,
    readonly where: string | null,
    readonly retryAfter: number | null,
  ) {
    super(detail);
  }
}

/** No answer: nobody knows whether it was done. To be repeated with the same key. */
export class Away extends Error {}

export type Query = Record<string, string | number | boolean | null | undefined>;

interface Asked {
  query?: Query;
  body?: unknown;
  /** A file, sent as it is. */
  file?: Blob;
  /** Idempotency-Key: repeated with the same one, it happens once. */
  key?: string;
  signal?: AbortSignal;
  /** Goes out also while the page closes; at most 64 KiB. */
  last?: boolean;
}

export interface Answer<T> {
  status: number;
  body: T;
}

let pageOf: string | null = null;

/** This page is for her from now on. The hub refuses it once another has signed in beside: they share the cookie. */
export function speakFor(agentId: string | null): void {
  pageOf = agentId;
}

/** By which the hub knows a page of its own, and whose. */
export const ours = (): Record<string, string> => ({
  'X-Peyvand': 'desk',
  ...(pageOf ? { 'X-Peyvand-Agent': pageOf } : {}),
});

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Be told when the hub does not know the person any more. */
export function onSignedOut(listener: Listener): void {
  signedOut.add(listener);
}

export async function ask<T>(method: string, path: string, asked: Asked = {}): Promise<Answer<T>> {
  const { response, body } = await reach(method, path, asked);
  if (response.ok) return { status: response.status, body: body as T };
  const problem = faultOf(response, body);
  // 401 is also what a wrong password or code gets that somebody signed in says once more.
  if (problem instanceof Problem && problem.kind === 'not-signed-in') signedOut.forEach((tell) => tell());
  throw problem;
}

/** The whole of an answer: one whose line is cut half way is none. */
async function reach(
  method: string,
  path: string,
  asked: Asked,
): Promise<{ response: Response; body: unknown }> {
  const headers = new Headers(ours());
  if (asked.key) headers.set('Idempotency-Key', asked.key);
  if (asked.file) headers.set('Content-Type', 'application/octet-stream');
  else if (asked.body !== undefined) headers.set('Content-Type', 'application/json');
  const wait = asked.file ? 120_000 : PATIENCE;
  const signals = [AbortSignal.timeout(wait), ...(asked.signal ? [asked.signal] : [])];
  const sent = Date.now();
  try {
    const response = await fetch(API + path + queryOf(asked.query), {
      method,
      headers,
      body: asked.file ?? (asked.body === undefined ? null : JSON.stringify(asked.body)),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any(signals),
      keepalive: asked.last ?? false,
    });
    heard(response.headers.get('Date'), sent, Date.now());
    return { response, body: await bodyOf(response) };
  } catch (error) {
    if (asked.signal?.aborted) throw error;
    throw new Away(String(error));
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  return response.ok || isProblem(response) ? response.json() : {};
}

function queryOf(query: Query = {}): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
}

function faultOf(response: Response, body: unknown): Error {
  if (response.status >= 502 && response.status <= 504 && !isProblem(response))
    return new Away(String(response.status));
  const said = body as Record<string, string | undefined>;
  const kind = (said['type'] ?? '').split(':').at(-1) ?? '';
  const wait = Number(response.headers.get('Retry-After')) || null;
  const detail = said['detail'] ?? response.statusText;
  return new Problem(response.status, kind, detail, said['mend'] ?? null, said['where'] ?? null, wait);
}

const isProblem = (response: Response) =>
  (response.headers.get('Content-Type') ?? '').startsWith('application/problem+json');

export const get = async <T>(path: string, query?: Query, signal?: AbortSignal) =>
  (await ask<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) })).body;

/** POST with a key of its own, unless one is given: repeated by hand it is another request. */
export const post = async <T>(path: string, body: unknown = {}, key: string = crypto.randomUUID()) =>
  (await ask<T>('POST', path, { body, key })).body;

export const patch = async <T>(path: string, body: unknown) => (await ask<T>('PATCH', path, { body })).body;
export const put = async <T>(path: string, body: unknown) => (await ask<T>('PUT', path, { body })).body;
export const remove = async (path: string) => (await ask<null>('DELETE', path)).body;

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** All pages of a list, one after another. */
export async function* pages<T>(path: string, query: Query = {}, signal?: AbortSignal): AsyncGenerator<T[]> {
  let cursor: string | null = null;
  do {
    const page: Page<T> = await get<Page<T>>(path, { limit: 200, ...query, cursor }, signal);
    yield page.items;
    cursor = page.next;
  } while (cursor);
}
