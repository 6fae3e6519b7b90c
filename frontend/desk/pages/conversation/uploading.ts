/** A file on its way to the hub, with how far it is: XMLHttpRequest, since `fetch` does not tell. */
import { API, Away, Problem } from '../../hub/client';

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

const PATIENCE = 120_000;

/** `tell` gets the share that has gone, 0 to 1. `done` raises `Problem` or `Away`; stopped, it never ends. */
export function upload(file: File, tell: (share: number) => void): Upload {
  const request = new XMLHttpRequest();
  request.open('POST', `${API}/files?${new URLSearchParams({ name: file.name || 'file' })}`);
  request.setRequestHeader('X-Peyvand', 'desk');
  request.setRequestHeader('Idempotency-Key', crypto.randomUUID());
  request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
  request.timeout = PATIENCE;
  request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
  const done = new Promise<Uploaded>((taken, refused) => {
    request.onload = () => {
      if (request.status === 201) taken(JSON.parse(request.responseText) as Uploaded);
      else refused(problem(request));
    };
    request.onerror = request.ontimeout = () => refused(new Away('the upload was cut off'));
  });
  request.send(file);
  return { done, stop: () => request.abort() };
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
