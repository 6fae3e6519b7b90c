// The page: which of the two descriptions, which entry, in which language; everything else is made of the description.

import { code, h, prose } from "./dom.js";
import * as events from "./events.js";
import * as operations from "./operations.js";
import { chooseLanguage, groupName, otherLanguage, remember, remembered, setLanguage, words } from "./words.js";

const PAGES = {
  docs: { address: "/api/docs", file: "/api/v1/openapi.json", part: operations },
  events: { address: "/api/events", file: "/api/v1/asyncapi.json", part: events },
};
const here = location.pathname.startsWith("/api/events") ? "events" : "docs";
const { file, part } = PAGES[here];
const THEMES = ["system", "light", "dark"];
const place = (id) => document.getElementById(id);

let description = null;
let entries = [];

// ── theme and language ─────────────────────────────────────────────────────────────────────────────────────────────

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  place("theme").textContent = words().theme[theme];
  place("theme").title = words().theme.name;
}

function showChrome() {
  document.title = `${words()[here]} · ${words().product}`;
  place("product").textContent = words().product;
  place("language").textContent = words().otherLanguage;
  place("language").lang = otherLanguage();
  place("search").placeholder = words().searchHint;
  place("search").setAttribute("aria-label", words().search);
  place("tabs").replaceChildren(...Object.entries(PAGES).map(([name, page]) =>
    h("a", { href: page.address, "aria-current": name === here ? "page" : null }, words()[name])));
  setTheme(document.documentElement.dataset.theme);
}

// ── the list ───────────────────────────────────────────────────────────────────────────────────────────────────────

function matching() {
  const wanted = place("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => wanted.every((word) => entry.haystack.includes(word)));
}

function showList() {
  const found = matching();
  const groups = Map.groupBy ? Map.groupBy(found, (entry) => entry.group) : grouped(found);
  place("count").textContent = found.length ? words().found(found.length) : words().nothing;
  place("groups").replaceChildren(...[...groups].map(([name, members]) =>
    h("section", {}, h("h2", {}, groupName(name)), h("ul", {}, members.map(item)))));
}

function grouped(all) {
  const groups = new Map();
  for (const entry of all) groups.set(entry.group, [...(groups.get(entry.group) || []), entry]);
  return groups;
}

const item = (entry) => h("li", {},
  h("a.entry", { href: `#${entry.id}`, "aria-current": entry.id === chosen() ? "true" : null }, part.label(entry)));

const chosen = () => decodeURIComponent(location.hash.slice(1));

// ── one entry ──────────────────────────────────────────────────────────────────────────────────────────────────────

function showDetail() {
  const entry = entries.find((one) => one.id === chosen());
  document.body.classList.toggle("reading", Boolean(entry));
  const back = h("a.back", { href: "#" }, words().back);
  place("detail").replaceChildren(...(entry ? [back, ...part.detail(entry, description)] : about()).flat(9).filter(Boolean));
}

function about() {
  return [
    h("h1", {}, words()[here]),
    h("p.soft", {}, words().start),
    words().inEnglish && h("p.soft", {}, words().inEnglish),
    prose(description.info.description.replaceAll(". ", ".\n\n").replaceAll("\n\n\n", "\n\n"), "p"),
    h("p", {}, words().raw, ": ", h("a", { href: file }, code(file))),
  ];
}

function show() {
  showChrome();
  if (!description) return;
  showList();
  showDetail();
}

async function load() {
  place("detail").replaceChildren(h("p.soft", {}, words().loading));
  try {
    const response = await fetch(file);
    if (!response.ok) throw new Error(response.statusText);
    description = await response.json();
  } catch {
    const again = h("button.quiet", { type: "button", onclick: load }, words().again);
    place("detail").replaceChildren(h("p.warn", {}, words().failed), again);
    return;
  }
  entries = part.entries(description).map((entry) => ({ ...entry, haystack: entry.text.toLowerCase() }));
  show();
}

chooseLanguage();
setTheme(THEMES.find((theme) => theme === remembered("theme")) || "system");
showChrome();
place("search").addEventListener("input", showList);
place("language").addEventListener("click", () => {
  remember("language", otherLanguage());
  setLanguage(otherLanguage());
  show();
});
place("theme").addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme) + 1) % THEMES.length];
  remember("theme", next);
  setTheme(next);
});
addEventListener("hashchange", () => {
  showList();
  showDetail();
  place("detail").focus({ preventScroll: true });
  scrollTo(0, 0);
  place("detail").scrollTo(0, 0);
});
await load();
