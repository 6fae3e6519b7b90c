// The page's words in English and Persian. Names and descriptions of the API itself stay as they are.

const WORDS = {
  en: {
    product: "Peyvand",
    docs: "HTTP API",
    events: "Events",
    otherLanguage: "فارسی",
    theme: { name: "Theme", system: "◐ System", light: "○ Light", dark: "● Dark" },
    search: "Search",
    searchHint: "Search names, paths, descriptions",
    found: (n) => `${n} ${n === 1 ? "entry" : "entries"}`,
    nothing: "Nothing has these words.",
    back: "All entries",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected",
    loading: "Loading…",
    failed: "The description could not be loaded.",
    again: "Try again",
    raw: "As a file",
    roles: "For",
    open: "No token needed",
    parameters: "Parameters",
    body: "Body",
    optional: "optional",
    required: "required",
    answers: "Answers",
    errors: "Errors",
    example: "Example",
    fields: "Fields",
    headers: "Headers",
    empty: "Without a body.",
    asCurl: "With curl",
    tryIt: "Try it",
    token: "Token",
    tokenHint: "Kept in this page only, and gone when you leave it.",
    changes: "This is done for real on this hub.",
    send: "Send",
    sending: "Sending…",
    answer: "Answer",
    unreachable: "The hub does not answer.",
    badBody: "The body is not JSON.",
    takenBy: "Taken by",
    takenByNobody: "No worker takes it.",
    carries: "Carries",
    address: "Address",
    or: "or",
    list: "list of",
    any: "anything",
    nullable: "or null",
    default: "default",
    length: (least, most) => (most == null ? `at least ${least} characters` : `${least ?? 0} to ${most} characters`),
    range: (least, most) => `${least} to ${most}`,
    start: "Choose an entry from the list.",
    inEnglish: "",
    fill: (places) => `In place of ${places} put the one you mean.`,
    groups: {},
  },
  fa: {
    product: "پیوند",
    docs: "رابط HTTP",
    events: "رویدادها",
    otherLanguage: "English",
    theme: { name: "پوسته", system: "◐ سیستم", light: "○ روشن", dark: "● تیره" },
    search: "جست‌وجو",
    searchHint: "جست‌وجو در نام‌ها، نشانی‌ها و توضیح‌ها",
    found: (n) => `${number(n)} مورد`,
    nothing: "چیزی با این واژه‌ها نیست.",
    back: "همهٔ موردها",
    copy: "رونوشت",
    copied: "رونوشت شد",
    selected: "انتخاب شد",
    loading: "در حال بارگذاری…",
    failed: "شرح رابط بارگذاری نشد.",
    again: "دوباره",
    raw: "به‌صورت فایل",
    roles: "برای",
    open: "بدون توکن",
    parameters: "پارامترها",
    body: "بدنه",
    optional: "اختیاری",
    required: "لازم",
    answers: "پاسخ‌ها",
    errors: "خطاها",
    example: "نمونه",
    fields: "فیلدها",
    headers: "سرآیندها",
    empty: "بدون بدنه.",
    asCurl: "با curl",
    tryIt: "امتحان کنید",
    token: "توکن",
    tokenHint: "فقط در همین صفحه می‌ماند و با بستن آن از میان می‌رود.",
    changes: "این کار واقعاً روی همین سامانه انجام می‌شود.",
    send: "بفرست",
    sending: "در حال فرستادن…",
    answer: "پاسخ",
    unreachable: "سامانه پاسخ نمی‌دهد.",
    badBody: "بدنه JSON درستی نیست.",
    takenBy: "گیرنده",
    takenByNobody: "هیچ کارگری آن را نمی‌گیرد.",
    carries: "رویدادها",
    address: "نشانی",
    or: "یا",
    list: "فهرستی از",
    any: "هر چیز",
    nullable: "یا null",
    default: "پیش‌فرض",
    length: (least, most) => (most == null ? `دست‌کم ${number(least)} نویسه` : `${number(least ?? 0)} تا ${number(most)} نویسه`),
    range: (least, most) => `${number(least)} تا ${number(most)}`,
    start: "از فهرست یکی را برگزینید.",
    inEnglish: "نام و شرح موردها عمداً به انگلیسی است، تا با آنچه در برنامه‌ها، پاسخ‌ها و گزارش‌های سامانه می‌بینید یکی باشد.",
    fill: (places) => `به‌جای ${places} آنِ مورد نظر خود را بگذارید.`,
    groups: {
      "Signing in": "ورود",
      "Customers": "مشتریان",
      "Conversations": "گفت‌وگوها",
      "Messages": "پیام‌ها",
      "Files and templates": "فایل‌ها و قالب‌ها",
      "Files for providers": "فایل‌ها برای ارائه‌دهندگان",
      "Canned answers": "پاسخ‌های آماده",
      "Agents and teams": "کارشناسان و گروه‌ها",
      "Live wall": "تابلوی زنده",
      "Tokens and accounts": "توکن‌ها و حساب‌ها",
      "Running it": "نگه‌داری سامانه",
      "Live": "زنده",
      "Providers' webhooks": "وب‌هوک‌های ارائه‌دهندگان",
      "Health and metrics": "سلامت و سنجه‌ها",
      "Descriptions": "شرح‌ها",
      "On the bus": "روی گذرگاه",
      "Queues": "صف‌ها",
      "Live: what a desk gets": "زنده: آنچه میز می‌گیرد",
      "Live: what a desk may send": "زنده: آنچه میز می‌تواند بفرستد",
    },
  },
};

const number = (n) => new Intl.NumberFormat("fa").format(n);

let language = "en";

export const words = () => WORDS[language];
export const currentLanguage = () => language;
export const groupName = (name) => words().groups[name] || name;

/** Takes the language of the address (`?lang=fa`), else the one chosen before, else the browser's. */
export function chooseLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") || remembered("language") || navigator.language;
  setLanguage(asked.startsWith("fa") ? "fa" : "en");
}

export function setLanguage(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  document.documentElement.dir = chosen === "fa" ? "rtl" : "ltr";
}

export const otherLanguage = () => (language === "en" ? "fa" : "en");

/** What was chosen before, where the browser lets a page remember. */
export function remembered(name) {
  try {
    return localStorage.getItem(`peyvand.${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`peyvand.${name}`, value);
  } catch {
    // Storage is off: it is chosen for this visit only.
  }
}
