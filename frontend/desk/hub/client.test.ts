import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ask, Away, ours, Problem, speakFor } from './client';

let server: Server;
let answers: RequestListener;

beforeEach(async () => {
  server = createServer((request, response) => answers(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const real = fetch;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => real(`http://127.0.0.1:${port}${path}`, init));
});

afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

/** The head of an answer and half of its body, then the line is cut. */
const half = (status: number, kind: string): RequestListener => {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': kind, 'Content-Length': '100' });
    response.write('{"id": "i1", ', () => response.destroy());
  };
};

test('an answer is its status and what stands in it', async () => {
  answers = (_, response) => response.writeHead(201).end('{"id": "i1"}');
  await expect(ask('POST', '/x', { body: {} })).resolves.toEqual({ status: 201, body: { id: 'i1' } });
  answers = (_, response) => response.writeHead(204).end();
  await expect(ask('POST', '/x', { body: {} })).resolves.toEqual({ status: 204, body: null });
});

test('a page says whom it was loaded for, so that it does nothing for another in the same browser', async () => {
  const said: unknown[] = [];
  answers = (request, response) => {
    said.push(request.headers['x-peyvand-agent']);
    response.writeHead(204).end();
  };
  await ask('GET', '/x');
  speakFor('mina');
  await ask('POST', '/x', { body: {} });
  expect(said).toEqual([undefined, 'mina']);
  expect(ours()).toEqual({ 'X-Peyvand': 'desk', 'X-Peyvand-Agent': 'mina' });
  speakFor(null);
});

test('a line that is cut half way through the answer is no answer', async () => {
  answers = half(201, 'application/json');
  await expect(ask('POST', '/x', { body: {} })).rejects.toBeInstanceOf(Away);
  answers = half(409, 'application/problem+json');
  await expect(ask('POST', '/x', { body: {} })).rejects.toBeInstanceOf(Away);
});

test('who is asked to stop while the answer comes hears that it was stopped', async () => {
  answers = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.write('{');
  };
  const stop = new AbortController();
  const asked = ask('GET', '/x', { signal: stop.signal });
  setTimeout(() => stop.abort(), 50);
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
});

test('what the hub refuses is its problem, what stands before it is none', async () => {
  const said = { type: 'urn:peyvand:conflict', detail: 'Mina has it', mend: 'ask her' };
  answers = (_, response) => {
    const kind = { 'Content-Type': 'application/problem+json', 'Retry-After': '7' };
    response.writeHead(409, kind).end(JSON.stringify(said));
  };
  const refused = ask('POST', '/x', { body: {} });
  await expect(refused).rejects.toBeInstanceOf(Problem);
  await expect(refused).rejects.toMatchObject({
    status: 409,
    kind: 'conflict',
    mend: 'ask her',
    retryAfter: 7,
  });
  answers = (_, response) => response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway');
  await expect(ask('GET', '/x')).rejects.toBeInstanceOf(Away);
});
