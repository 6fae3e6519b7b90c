/**
 * The address bar is where one is: page, what is open, filters. Everything that a colleague should see when she gets
 * the address stands in it.
 */
const BASE = '/desk';

class Router {
  /** Below /desk, beginning with a slash. */
  path = $state('/');
  query = $state.raw(new URLSearchParams());

  constructor() {
    this.#read();
    addEventListener('popstate', () => this.#read());
  }

  /** Go there; `replace` leaves no step back. */
  go(to: string, { replace = false }: { replace?: boolean } = {}): void {
    if (to === this.path + this.#queryText()) return;
    history[replace ? 'replaceState' : 'pushState'](null, '', BASE + to);
    this.#read();
  }

  /** The address of here with other filters; null takes one away. */
  with(changes: Record<string, string | null>): string {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    return this.path + (text ? `?${text}` : '');
  }

  #queryText(): string {
    const text = this.query.toString();
    return text ? `?${text}` : '';
  }

  #read(): void {
    this.path = location.pathname.slice(BASE.length).replace(/\/+$/, '') || '/';
    this.query = new URLSearchParams(location.search);
  }
}

export const router = new Router();

/** What an `href` of ours looks like in the page; a click on it is taken by `follow`. */
export const href = (to: string) => BASE + to;

/** For the root element: clicks on our own links change the page without loading it anew. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.('a');
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(`${BASE}/`)) return;
  event.preventDefault();
  router.go(url.pathname.slice(BASE.length) + url.search);
}

/** The parts of a path by a pattern such as `/inbox/:view/:id?`, or null. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/').slice(1);
  const given = path.split('/').slice(1);
  if (given.length > wanted.length) return null;
  const found: Record<string, string> = {};
  for (const [place, part] of wanted.entries()) {
    const value = given[place];
    if (value === undefined || value === '') {
      if (!part.endsWith('?')) return null;
    } else if (part.startsWith(':')) found[part.slice(1).replace('?', '')] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}
