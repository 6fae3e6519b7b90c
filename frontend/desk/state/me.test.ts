import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aBrowser, slowHub, type Asked } from '../testing/browser';

let browser: ReturnType<typeof aBrowser>;
let asked: Asked[];

beforeEach(() => {
  browser = aBrowser();
  asked = slowHub();
});
afterEach(() => void vi.unstubAllGlobals());

const mina = { name: 'Mina', role: 'agent', agent: { id: 'a1' }, preferences: { theme: 'dark' } };
const ali = { ...mina, name: 'Ali', agent: { id: 'a2' } };
const ended = { type: 'urn:peyvand:not-signed-in', detail: 'who is it?' };

/** So many requests wait: that of another language comes after its words. */
const asks = (many: number) => vi.waitUntil(() => asked.length === many, { timeout: 4_000 });

/** The page of somebody the hub knows. */
async function open(who: object = mina) {
  const { me } = await import('./me.svelte');
  const looked = me.look();
  await asked.shift()?.answer(who);
  await looked;
  return me;
}

test('whoever signs out begins anew, and nothing of her stays', async () => {
  const me = await open();
  const left = me.signOut();
  me.lost(); // the hub closes the line before it answers
  await asked[0]?.answer(null, 204);
  await left;
  expect(browser.location.assign).toHaveBeenCalledWith('/desk/');
  expect([me.standing, me.agentId, browser.location.reload.mock.calls]).toEqual(['gone', null, []]);
});

test('each request says whom the page is for, from when that is known', async () => {
  const { me } = await import('./me.svelte');
  const looked = me.look();
  const first = asked.shift();
  await first?.answer(mina);
  await looked;
  const liking = me.prefer({ sounds: false });
  expect([first?.pageOf, asked[0]?.pageOf]).toEqual([null, 'a1']);
  await asked[0]?.answer(mina);
  await liking;
});

test('out everywhere is not done when she is not known here any more, and says so', async () => {
  const me = await open();
  const left = expect(me.signOutEverywhere()).rejects.toMatchObject({ kind: 'not-signed-in' });
  await asked.shift()?.answer(ended, 401);
  await left;
  expect([me.standing, browser.location.reload.mock.calls.length]).toEqual(['gone', 1]);
  expect(browser.location.assign).not.toHaveBeenCalled();
});

test('signed out already, she is out; without an answer she is in', async () => {
  const me = await open();
  const lost = expect(me.signOut()).rejects.toThrow();
  await asked.shift()?.cut();
  await lost;
  expect(me.standing).toBe('in');
  const left = me.signOut();
  await asked[1]?.answer(ended, 401);
  await left;
  expect([me.standing, browser.location.assign.mock.calls]).toEqual(['gone', [['/desk/']]]);
});

test('whose sign-in has ended may sign in again where she was, another begins with a page of her own', async () => {
  const before = await open();
  const asking = expect(before.speak('en')).rejects.toThrow();
  await asks(1);
  await asked.shift()?.answer(ended, 401);
  await asking;
  expect([before.standing, browser.location.reload.mock.calls.length]).toEqual(['gone', 1]);

  for (const [who, standing] of [
    [mina, 'in'],
    [ali, 'gone'],
  ] as const) {
    browser.sessionStorage.setItem('peyvand.ended', 'a1');
    vi.resetModules();
    const { me } = await import('./me.svelte');
    const looked = me.look();
    await asked.shift()?.answer(ended, 401);
    await looked;
    expect([me.standing, me.ended]).toEqual(['out', true]);
    const signing = me.signIn(who.name, 'x', null);
    await asked.shift()?.answer(who);
    await signing;
    expect(me.standing).toBe(standing);
  }
  expect(browser.location.assign).toHaveBeenCalledOnce();
});

test('a hub that cannot say who it is says nothing of whether she is in', async () => {
  const { me } = await import('./me.svelte');
  const looked = expect(me.look()).rejects.toMatchObject({ status: 503 });
  await asked[0]?.answer({ type: 'urn:peyvand:unavailable', detail: 'the store is away' }, 503);
  await looked;
  expect(me.standing).toBe('asking');
});

test('only what she changes is said, and it is as before if that fails', async () => {
  const me = await open();
  const failing = expect(me.prefer({ theme: 'light' })).rejects.toThrow();
  const sounds = me.prefer({ sounds: false });
  expect([me.theme, me.sounds]).toEqual(['light', false]);
  expect(asked.map((one) => one.body)).toEqual([
    { preferences: { theme: 'light' } },
    { preferences: { sounds: false } },
  ]);
  await asked[0]?.cut();
  await failing;
  await asked[1]?.answer(mina);
  await sounds;
  expect([me.theme, me.sounds]).toEqual(['dark', false]);
});

test('what was under way when she went brings nobody back', async () => {
  const me = await open();
  const doing = Promise.allSettled([me.declare('away'), me.speak('en'), me.prefer({ theme: 'light' })]);
  await asks(3);
  me.lost();
  for (const one of asked) await (one.method === 'POST' ? one.answer({ id: 'a1' }) : one.cut());
  await doing;
  expect([me.standing, me.agentId]).toEqual(['gone', null]);
});

test('a line that does not open may mean that the sign-in has ended: the hub is asked', async () => {
  const sockets: { onclose?: (closing: { code: number }) => void; onopen?: () => void }[] = [];
  vi.stubGlobal(
    'WebSocket',
    vi.fn(function (this: object) {
      sockets.push(this);
    }),
  );
  const me = await open();
  const { live } = await import('./connection.svelte');
  live.open();
  sockets[0]?.onopen?.();
  vi.useFakeTimers();
  sockets[0]?.onclose?.({ code: 1006 });
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1_000);
  sockets[1]?.onclose?.({ code: 1006 });
  vi.useRealTimers();
  expect(asked.map((one) => one.path)).toEqual(['/me']);
  await asked[0]?.answer(ended, 401);
  expect(me.standing).toBe('gone');
  live.close();
});

test('a desk whose line is another’s begins anew', async () => {
  const me = await open();
  me.known('a1');
  expect(me.standing).toBe('in');
  me.known('a2');
  expect([me.standing, browser.location.assign.mock.calls]).toEqual(['gone', [['/desk/']]]);
});
