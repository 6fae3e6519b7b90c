/**
 * What the browser runs while the desk is closed: it shows what the hub tells it (docs/api.md, "Notices while no desk is
 * open") and opens the conversation. It keeps nothing and serves no page.
 */
const WORDS = {
  en: {
    dir: 'ltr',
    given: (who) => `${who} is yours now`,
    wrote: (who) => `${who} wrote`,
    unknown: 'Something new at the desk',
    number: (number) => `Conversation ${number}`,
    channels: { sms: 'SMS', whatsapp: 'WhatsApp', email: 'E-mail', webchat: 'Web chat', voice: 'Telephone' },
  },
  fa: {
    dir: 'rtl',
    given: (who) => `${who} اکنون با شماست`,
    wrote: (who) => `${who} پیام داد`,
    unknown: 'خبر تازه‌ای در میز کار هست',
    number: (number) => `گفت‌وگوی ${number.toLocaleString('fa')}`,
    channels: { sms: 'پیامک', whatsapp: 'واتساپ', email: 'ایمیل', webchat: 'گفت‌وگوی وب', voice: 'تلفن' },
  },
};

/** A name reads in its own direction and leaves the sentence's alone (Unicode TR9). */
const named = (name) => `\u2068${name}\u2069`;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('push', (event) => event.waitUntil(show(read(event.data))));

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
}

/** Browsers want a notice for each push, so one that cannot be read is shown as well. */
async function show({ kind, conversation, number, channel, customer, language, text }) {
  const spoken = (language ?? self.navigator.language.slice(0, 2)) === 'fa' ? 'fa' : 'en';
  const words = WORDS[spoken];
  const who = customer ? named(customer) : words.number(number ?? 0);
  const title = conversation ? words[kind === 'given' ? 'given' : 'wrote'](who) : words.unknown;
  const body = [words.channels[channel], text && named(text)].filter(Boolean).join(' · ');
  await self.registration.showNotification(title, {
    body,
    lang: spoken,
    dir: words.dir,
    icon: '/desk/icon.svg',
    tag: conversation ?? 'desk',
    renotify: true,
    data: { path: conversation ? `/inbox/mine/${conversation}` : '/' },
  });
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? '/'));
});

/** In a desk that is open already, else in a new one. */
async function open(path) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const desk = windows.find((one) => new URL(one.url).pathname.startsWith('/desk/'));
  if (!desk) {
    await self.clients.openWindow(`/desk${path}`);
    return;
  }
  desk.postMessage({ open: path });
  await desk.focus();
}

/** The browser has given up its subscription for another: the hub is told where to from now on. */
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(again(event)));

async function again(event) {
  const key = event.oldSubscription?.options.applicationServerKey;
  if (!key) return;
  const made =
    event.newSubscription ??
    (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const { endpoint, keys } = made.toJSON();
  const agent = new URL(self.location.href).searchParams.get('agent');
  await fetch('/api/v1/me/push', {
    method: 'PUT',
    headers: {
      'Content-Type': 'application/json',
      'X-Peyvand': 'desk',
      ...(agent && { 'X-Peyvand-Agent': agent }), // who allowed it here; another may have signed in since
    },
    body: JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
}
