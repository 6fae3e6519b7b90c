/** A file on its way to the hub, with how far it is: XMLHttpRequest, since `fetch` does not tell. */
import { mayPass, pause } from '../../hub/again';
import { API, Away, ours, Problem } from '../../hub/client';

interface Uploaded {
  id: string;
  name: string;
  content_type: string;
  size: number;
}

interface Upload {
  done: Promise<Uploaded>;
  stop: () => void;
}

/** The share of it that has gone, 0 to 1; null while it waits for the line or the hub to come back. */
export type Share = number | null;

const PATIENCE = 120_000;

/** Cut off it begins again, with the same key. `done` raises `Problem`; stopped, it never ends. */
export function upload(file: File, tell: (share: Share) => void): Upload {
  const ending = new AbortController();
  return { done: insist(file, tell, ending.signal), stop: () => ending.abort() };
}

async function insist(file: File, tell: (share: Share) => void, ending: AbortSignal): Promise<Uploaded> {
  const key = crypto.randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      return await sent(file, key, tell, ending);
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    tell(null);
    await rest(pause(tries), ending);
    tell(0);
  }
}

/** Until then, or until the browser has a line again. */
function rest(milliseconds: number, ending: AbortSignal): Promise<void> {
  return new Promise((rested) => {
    const over = () => {
      clearTimeout(timer);
      window.removeEventListener('online', over);
      if (!ending.aborted) rested();
    };
    const timer = setTimeout(over, milliseconds);
    window.addEventListener('online', over);
    ending.addEventListener('abort', over);
  });
}

function sent(file: File, key: string, tell: (share: Share) => void, ending: AbortSignal): Promise<Uploaded> {
  const request = new XMLHttpRequest();
  request.open('POST', `${API}/files?${new URLSearchParams({ name: file.name || 'file' })}`);
  for (const [name, value] of Object.entries(ours())) request.setRequestHeader(name, value);
  request.setRequestHeader('Idempotency-Key', key);
  request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
  request.timeout = PATIENCE;
  request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
  ending.addEventListener('abort', () => request.abort());
  return new Promise<Uploaded>((taken, refused) => {
    request.onload = () => {
      if (request.status === 201) taken(JSON.parse(request.responseText) as Uploaded);
      else refused(problem(request));
    };
    request.onerror = request.ontimeout = () => refused(new Away('the upload was cut off'));
    request.send(file);
  });
}

function problem(request: XMLHttpRequest): Error {
  if (!(request.getResponseHeader('Content-Type') ?? '').startsWith('application/problem+json'))
    return new Away(String(request.status));
  const said = JSON.parse(request.responseText) as Record<string, string>;
  const kind = said['type']?.split(':').at(-1) ?? '';
  return new Problem(
    request.status,
    kind,
    said['detail'] ?? '',
    said['mend'] ?? null,
    said['where'] ?? null,
    null,
  );
}

/** Why files cannot go with a message of this way, or null. */
export function tooMuch(
  files: readonly { size: number }[],
  way: { max_files: number; max_file_bytes: number },
): 'none' | 'many' | 'large' | null {
  if (!files.length) return null;
  if (way.max_files === 0) return 'none';
  if (files.length > way.max_files) return 'many';
  return files.reduce((sum, file) => sum + file.size, 0) > way.max_file_bytes ? 'large' : null;
}
