import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem, speakFor } from '../../hub/client';
import { settled } from '../../testing/browser';
import { upload, type Share } from './uploading';

/** What goes out; the test answers each. */
let asked: Request[];

class Request {
  status = 0;
  responseText = '';
  upload = {};
  headers: Record<string, string> = {};
  aborted = false;
  onload: () => void = () => undefined;
  onerror: () => void = () => undefined;
  open = () => undefined;
  send = () => asked.push(this);
  abort = () => (this.aborted = true);
  setRequestHeader = (name: string, value: string) => (this.headers[name] = value);
  getResponseHeader = () => (this.status < 400 ? 'application/json' : 'application/problem+json');

  answer(status: number, body: object): Promise<void> {
    Object.assign(this, { status, responseText: JSON.stringify(body) });
    this.onload();
    return settled();
  }

  cut(): Promise<void> {
    this.onerror();
    return settled();
  }
}

const file = new File(['here'], 'map.txt');
const there = { id: 'f1', name: 'map.txt', content_type: 'text/plain', size: 4 };
const window = new EventTarget();

beforeEach(() => {
  asked = [];
  vi.stubGlobal('XMLHttpRequest', Request);
  vi.stubGlobal('window', window);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('it says whom the page is for, as all its requests do', async () => {
  speakFor('mina');
  const going = upload(file, () => undefined);
  expect(asked[0]?.headers).toMatchObject({ 'X-Peyvand': 'desk', 'X-Peyvand-Agent': 'mina' });
  speakFor(null);
  await asked[0]?.answer(201, there);
  await going.done;
});

test('cut off it waits, says so, and begins again with the same key', async () => {
  const shares: Share[] = [];
  const going = upload(file, (share) => shares.push(share));
  await asked[0]?.cut();
  expect([asked.length, shares.at(-1)]).toEqual([1, null]);
  window.dispatchEvent(new Event('online'));
  await settled();
  await asked[1]?.answer(503, { type: 'urn:peyvand:problem:busy', detail: 'too many' });
  window.dispatchEvent(new Event('online'));
  await settled();
  await asked[2]?.answer(201, there);
  await expect(going.done).resolves.toEqual(there);
  expect(new Set(asked.map((one) => one.headers['Idempotency-Key'])).size).toBe(1);
  expect(shares.at(-1)).toBe(0);
});

test('without a word from the browser it is tried again after a while', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  void upload(file, () => undefined);
  await asked[0]?.cut();
  vi.advanceTimersByTime(1_000);
  await settled();
  expect(asked.length).toBe(2);
});

test('what the hub does not take is not tried again', async () => {
  const going = upload(file, () => undefined);
  const refused = expect(going.done).rejects.toBeInstanceOf(Problem);
  await asked[0]?.answer(413, { type: 'urn:peyvand:problem:too-large', detail: 'the file is over 5 MB' });
  await refused;
  expect(asked.length).toBe(1);
});

test('stopped it is not tried again, also while it waits', async () => {
  const going = upload(file, () => undefined);
  await asked[0]?.cut();
  going.stop();
  window.dispatchEvent(new Event('online'));
  await settled();
  expect(asked.length).toBe(1);

  upload(file, () => undefined).stop();
  expect(asked[1]?.aborted).toBe(true);
});
