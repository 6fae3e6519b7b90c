// The page's language, and its ways of writing times, numbers and telephone numbers.

import { en } from "./words/en.js";
import { fa } from "./words/fa.js";

const WORDS = { en, fa };
const LOCALES = { en: "en-GB", fa: "fa-IR-u-ca-persian-nu-arabext" };
const STORED = "peyvand.sandbox.language";

let language = pickLanguage();

function pickLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(STORED);
  return asked in WORDS ? asked : navigator.language.startsWith("fa") ? "fa" : "en";
}

export const words = () => WORDS[language];
export const otherLanguage = () => (language === "en" ? "fa" : "en");

export function switchLanguage() {
  language = otherLanguage();
  localStorage.setItem(STORED, language);
}

/** Writes the page's fixed words into `root` and sets the document's language and direction. */
export function writeWords(root = document) {
  document.documentElement.lang = language;
  document.documentElement.dir = language === "fa" ? "rtl" : "ltr";
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = words()[element.dataset.text];
  for (const element of root.querySelectorAll("[data-label]")) {
    element.ariaLabel = words()[element.dataset.label];
    if (element instanceof HTMLButtonElement) element.title = element.ariaLabel;
  }
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(LOCALES[language], { useGrouping: false, ...options }).format(value);
}

export const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 0 });

/** The size of a file: 812 KB. */
export function size(bytes) {
  const [unit, amount] = bytes >= 1e6 ? ["megabyte", bytes / 1e6] : ["kilobyte", Math.max(bytes / 1e3, 1)];
  return number(amount, { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 });
}

const format = (date, options) => new Intl.DateTimeFormat(LOCALES[language], options).format(date);

export const time = (moment) => format(new Date(moment), { hour: "2-digit", minute: "2-digit" });

/** The day of the week and the time: for what is less than a week away. */
export const dayTime = (moment) => format(new Date(moment), { weekday: "long", hour: "2-digit", minute: "2-digit" });

/** The day of a moment: today, yesterday, or its name and date. */
export function day(moment) {
  const date = new Date(moment);
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (days === 0) return words().today;
  if (days === 1) return words().yesterday;
  return format(date, { weekday: "long", day: "numeric", month: "long" });
}

/** The time if it is today, else the day in short: for lists. */
export function when(moment) {
  const date = new Date(moment);
  if (midnight(date) === midnight(new Date())) return time(moment);
  return format(date, { day: "numeric", month: "short" });
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Says why the hub did not take a message, from the sandbox's `hub` object. */
export function whyNotTaken(hub) {
  if (hub.error !== "http_status") return words().hub[hub.error] ?? hub.error;
  return hub.status === 403 ? words().forbidden : words().answered(number(hub.status));
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

const SHAPES = [
  [/^(\+1)(\d{3})(\d{3})(\d{4})$/, "$1 $2 $3 $4"],
  [/^(\+98)(9\d{2})(\d{3})(\d{4})$/, "$1 $2 $3 $4"],
  [/^(\+98)(\d{2})(\d{4})(\d{4})$/, "$1 $2 $3 $4"],
];

/** Writes a number in groups, left to right also among Persian words. */
export function spaced(number) {
  const shape = SHAPES.find(([pattern]) => pattern.test(number));
  return shape ? number.replace(...shape) : number;
}
