/** For tests in Node: as much of a browser as state asks of it, and a hub that answers when it is told to. */
import { vi } from 'vitest';

class Kept {
  getItem(name: string): string | null {
    return Object.hasOwn(this, name) ? ((this as unknown as Record<string, string>)[name] ?? null) : null;
  }

  setItem(name: string, value: string): void {
    Object.assign(this, { [name]: value });
  }

  removeItem(name: string): void {
    Reflect.deleteProperty(this, name);
  }
}

/** A page just opened: every module that is imported from now on begins anew. */
export function aBrowser() {
  vi.resetModules();
  const page = new EventTarget();
  const location = {
    origin: 'http://hub',
    pathname: '/desk/inbox/mine',
    search: '',
    assign: vi.fn<(to: string) => void>(),
    reload: vi.fn<() => void>(),
  };
  const documentElement = { dataset: {}, lang: '', dir: '' };
  const document = Object.assign(new EventTarget(), { documentElement, visibilityState: 'visible' });
  const storages = { localStorage: new Kept(), sessionStorage: new Kept() };
  const listening = {
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
  };
  const globals = { ...storages, ...listening, document, location, matchMedia: () => new EventTarget() };
  Object.entries({ ...globals, navigator: { language: 'en' }, window: globalThis }).forEach(([name, value]) =>
    vi.stubGlobal(name, value),
  );
  return { page, location, ...storages };
}

export interface Asked {
  method: string;
  path: string;
  body: unknown;
  key: string | null;
  /** Whom the page says that it is for. */
  pageOf: string | null;
  answer: (body: unknown, status?: number) => Promise<void>;
  /** The line is cut: nobody knows what became of it. */
  cut: () => Promise<void>;
}

/** Requests wait here, in their order, until the test answers each. */
export function slowHub(): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
    const { promise, resolve, reject } = deferred<Response>();
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    asked.push({
      method: init.method ?? 'GET',
      path: path.replace('/api/v1', ''),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : null,
      key: new Headers(init.headers).get('Idempotency-Key'),
      pageOf: new Headers(init.headers).get('X-Peyvand-Agent'),
      answer: (body, status = 200) => {
        const kind = status < 400 ? 'application/json' : 'application/problem+json';
        const text = status === 204 ? null : JSON.stringify(body);
        resolve(new Response(text, { status, headers: { 'Content-Type': kind } }));
        return settled();
      },
      cut: () => {
        reject(new TypeError('terminated'));
        return settled();
      },
    });
    return promise;
  });
  return asked;
}

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** Whatever was to follow an answer has followed. */
export const settled = () => new Promise<void>((done) => setImmediate(() => setImmediate(done)));
