// The page's words and its ways of writing times and numbers, in English and Persian.

const WORDS = {
  en: {
    title: "Peyvand",
    subtitle: "sandbox",
    otherLanguage: "فارسی",
    faults: "Faults",
    faultsHint: "Make the provider misbehave, and see how the hub bears it.",
    allOff: "All off",
    webhooks: "Webhooks",
    webhookUrl: (url) => `Texts are posted to ${url}`,
    noWebhookUrl: "No webhook address is set, so texts go nowhere. Start the sandbox with one.",
    noDeliveries: "Nothing has been posted to the hub yet.",
    phone: "Phone",
    organisation: "Organisation",
    lost: "The connection to the sandbox is lost. Trying again…",
    emptyTitle: "Nothing said yet",
    emptyText: "Write as the customer would; an agent’s answer shows up here.",
    write: "Text message",
    send: "Send",
    thread: "Messages",
    again: "Deliver again",
    badNumber: "That is no telephone number. Write it as +989121234567.",
    noConnection: "there is no connection to it.",
    failed: (why) => `The sandbox did not take the text: ${why}`,
    today: "Today",
    received: "on its way to the hub",
    incoming: "incoming text",
    taken: "taken in by the hub",
    queued: "queued",
    accepted: "accepted",
    sending: "sending",
    sent: "sent",
    delivered: "delivered",
    undelivered: "not delivered",
    failedStatus: "failed",
    notTaken: (why) => `The hub did not take the message: ${why}`,
    hub: {
      connection_refused: "connection refused. Is `hub up` running?",
      connection_timeout: "no connection within 5 seconds. Is `hub up` running?",
      host_not_found: "its host name is unknown. Check the webhook address.",
      tls_failed: "the secure connection failed. Check its certificate.",
      no_answer: "no answer within 15 seconds.",
      connection_lost: "the connection broke off.",
      bad_url: "the webhook address is no address.",
      no_webhook_url: "no webhook address is set.",
    },
    status: (code) => `it answered ${code}.`,
    forbidden: "it answered 403. Do account, token and public address match on both sides?",
    off: "Off",
    next: (n) => (n === 1 ? "Once" : `Next ${n}`),
    always: "Always",
    fired: (n) => `${n}×`,
    firedTitle: "how often it has struck",
    delay: (n) => `${n} s`,
    groups: { api: "When the hub sends", receipt: "Receipts", webhook: "When a phone texts" },
    fault: {
      api_429: "Too many requests (429)",
      api_500: "Server error (500)",
      api_503: "Unavailable (503)",
      api_slow: "Slow answer",
      api_timeout_before: "No answer, not sent",
      api_timeout_after: "No answer, but sent",
      api_reset_after: "Connection cut, but sent",
      api_500_after: "Server error, but sent",
      api_no_sid: "Answer without an id",
      list_503: "The list is unavailable",
      callback_duplicate: "Twice",
      callback_late: "Late",
      callback_reordered: "Out of order",
      callback_lost: "Lost",
      delivery_failed: "Message not delivered",
      webhook_duplicate: "Webhook twice",
      webhook_bad_signature: "Wrong signature",
    },
    samples: ["Hello, where is my order?", "سلام، سفارش من کی می‌رسد؟", "STOP"],
  },
  fa: {
    title: "پیوند",
    subtitle: "آزمایشگاه",
    otherLanguage: "English",
    faults: "خطاها",
    faultsHint: "سرویس پیامک را دچار خطا کنید و ببینید پیوند چگونه از پس آن برمی‌آید.",
    allOff: "همه خاموش",
    webhooks: "وب‌هوک‌ها",
    webhookUrl: (url) => `پیامک‌ها به این نشانی می‌روند: ${url}`,
    noWebhookUrl: "نشانی وب‌هوک داده نشده و پیامک‌ها به جایی نمی‌روند. آن را هنگام راه‌اندازی بدهید.",
    noDeliveries: "هنوز چیزی به پیوند فرستاده نشده است.",
    phone: "تلفن",
    organisation: "سازمان",
    lost: "ارتباط با آزمایشگاه قطع شد. دوباره تلاش می‌شود…",
    emptyTitle: "هنوز پیامی نیست",
    emptyText: "به جای مشتری بنویسید؛ پاسخ کارشناس همین‌جا دیده می‌شود.",
    write: "متن پیامک",
    send: "فرستادن",
    thread: "پیام‌ها",
    again: "دوباره برسان",
    badNumber: "این شماره تلفن درست نیست. مانند ‎+989121234567 بنویسید.",
    noConnection: "ارتباطی با آن نیست.",
    failed: (why) => `آزمایشگاه پیامک را نگرفت: ${why}`,
    today: "امروز",
    received: "در راه پیوند",
    incoming: "پیامک مشتری",
    taken: "پیوند آن را گرفت",
    queued: "در صف",
    accepted: "پذیرفته",
    sending: "در حال ارسال",
    sent: "فرستاده شد",
    delivered: "رسید",
    undelivered: "نرسید",
    failedStatus: "ناموفق",
    notTaken: (why) => `پیوند پیام را نگرفت: ${why}`,
    hub: {
      connection_refused: "اتصال پذیرفته نشد. آیا `hub up` در حال اجراست؟",
      connection_timeout: "در ۵ ثانیه اتصالی برقرار نشد. آیا `hub up` در حال اجراست؟",
      host_not_found: "نام میزبان پیدا نشد. نشانی وب‌هوک را بررسی کنید.",
      tls_failed: "اتصال امن برقرار نشد. گواهی آن را بررسی کنید.",
      no_answer: "در ۱۵ ثانیه پاسخی نداد.",
      connection_lost: "اتصال قطع شد.",
      bad_url: "نشانی وب‌هوک درست نیست.",
      no_webhook_url: "نشانی وب‌هوک داده نشده است.",
    },
    status: (code) => `پاسخ آن ${code} بود.`,
    forbidden: "پاسخ آن ۴۰۳ بود. آیا حساب، توکن و نشانی عمومی در دو سو یکی است؟",
    off: "خاموش",
    next: (n) => (n === 1 ? "یک بار" : `${number(n)} بار بعدی`),
    always: "همیشه",
    fired: (n) => `${number(n)}×`,
    firedTitle: "چند بار رخ داده است",
    delay: (n) => `${number(n)} ثانیه`,
    groups: { api: "هنگام ارسال پیوند", receipt: "رسیدها", webhook: "هنگام پیامک مشتری" },
    fault: {
      api_429: "درخواست زیاد (۴۲۹)",
      api_500: "خطای سرور (۵۰۰)",
      api_503: "در دسترس نیست (۵۰۳)",
      api_slow: "پاسخ کند",
      api_timeout_before: "بی‌پاسخ، فرستاده نشد",
      api_timeout_after: "بی‌پاسخ، ولی فرستاده شد",
      api_reset_after: "قطع اتصال، ولی فرستاده شد",
      api_500_after: "خطای سرور، ولی فرستاده شد",
      api_no_sid: "پاسخ بدون شناسه",
      list_503: "فهرست در دسترس نیست",
      callback_duplicate: "دو بار",
      callback_late: "دیر",
      callback_reordered: "نامرتب",
      callback_lost: "گم‌شده",
      delivery_failed: "پیام نمی‌رسد",
      webhook_duplicate: "وب‌هوک دو بار",
      webhook_bad_signature: "امضای نادرست",
    },
    samples: ["سلام، سفارش من کی می‌رسد؟", "Hello, where is my order?", "STOP"],
  },
};

const LOCALES = { en: "en-GB", fa: "fa-IR-u-ca-persian-nu-arabext" };
const STORED = "peyvand.sandbox.language";

let language = pickLanguage();

function pickLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(STORED);
  return asked in WORDS ? asked : navigator.language.startsWith("fa") ? "fa" : "en";
}

export const words = () => WORDS[language];

export function switchLanguage() {
  language = language === "en" ? "fa" : "en";
  localStorage.setItem(STORED, language);
}

/** Writes the page's fixed words into `root` and sets the document's language and direction. */
export function writeWords(root = document) {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "fa" ? "rtl" : "ltr";
  for (const element of root.querySelectorAll("[data-text]")) {
    element.textContent = words()[element.dataset.text];
  }
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(LOCALES[language], { useGrouping: false, ...options }).format(value);
}

export const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 0 });

export function time(iso) {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: "2-digit", minute: "2-digit" }).format(new Date(iso));
}

export function day(iso) {
  const date = new Date(iso);
  if (date.toDateString() === new Date().toDateString()) return words().today;
  return new Intl.DateTimeFormat(LOCALES[language], { weekday: "long", day: "numeric", month: "long" }).format(date);
}

/** Says why the hub did not take a message, from the sandbox's `hub` object. */
export function whyNotTaken(hub) {
  if (hub.error !== "http_status") return words().hub[hub.error] ?? hub.error;
  return hub.status === 403 ? words().forbidden : words().status(number(hub.status));
}

/** Gives a typed number in E.164: Persian and Arabic digits, spaces, 00… and Iran's 09… are understood. */
export function readNumber(typed) {
  const latin = typed
    .replace(/[۰-۹]/g, (digit) => digit.charCodeAt(0) - 0x6f0)
    .replace(/[٠-٩]/g, (digit) => digit.charCodeAt(0) - 0x660)
    .replace(/[\s().\-\u200e\u200f]/g, "");
  const full = latin.replace(/^00/, "+").replace(/^09(?=\d{9}$)/, "+989");
  return /^\+[1-9]\d{6,14}$/.test(full) ? full : null;
}
