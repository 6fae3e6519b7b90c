// Puts the page together: the phones, the panel, the language, and the connection to the sandbox.

import { getDeliveries, getState, listen } from "./api.js";
import { Panel } from "./panel.js";
import { Shelf } from "./shelf.js";
import { otherLanguage, switchLanguage, words, writeWords } from "./text.js";

const PANEL = "peyvand.sandbox.panel";
const find = (id) => document.getElementById(id);
const panel = new Panel();
let shelf = null;

async function fetchAll() {
  const [state, { deliveries }] = await Promise.all([getState(), getDeliveries(20)]);
  const [account] = state.accounts;
  const numbers = state.accounts.flatMap((one) => one.numbers);
  shelf ??= new Shelf(state.phones, { name: account.friendly_name, numbers });
  panel.show({ faults: state.faults, codes: state.error_codes, url: account.webhook_url, deliveries });
  await Promise.all(shelf.each((phone) => phone.refresh()));
  document.body.classList.remove("loading");
}

function showLost(lost) {
  find("lost").hidden = !lost;
}

async function refreshAll() {
  try {
    await fetchAll();
    showLost(false);
  } catch {
    showLost(true);
  }
}

function write() {
  writeWords();
  document.title = `${words().title} · ${words().subtitle}`;
  find("language").textContent = words().otherLanguage;
  find("language").lang = otherLanguage();
  panel.draw();
  shelf?.writeWords();
}

/** Wide pages show the panel unless it was put away; narrow ones show it in place of the phones when asked. */
function togglePanel() {
  const narrow = matchMedia("(max-width: 860px)").matches;
  document.body.classList.toggle(narrow ? "panel-open" : "panel-away");
  if (!narrow) localStorage.setItem(PANEL, document.body.classList.contains("panel-away") ? "away" : "shown");
  tellPanel();
}

function tellPanel() {
  find("panel-button").ariaExpanded = String(find("panel").checkVisibility());
}

document.body.classList.toggle("panel-away", localStorage.getItem(PANEL) === "away");
find("language").addEventListener("click", () => {
  switchLanguage();
  write();
});
find("panel-button").addEventListener("click", togglePanel);
find("add-phone").addEventListener("click", () => shelf?.add());
addEventListener("resize", tellPanel);

write();
tellPanel();
listen({
  onOpen: refreshAll,
  onLost: () => showLost(true),
  message: (message) => shelf?.each((phone) => phone.take(message)),
  delivery: (delivery) => panel.addDelivery(delivery),
  faults: (faults) => panel.show({ faults }),
  webhook: ({ url }) => panel.show({ url }),
  reset: () => {
    shelf?.each((phone) => phone.clear());
    refreshAll();
  },
});
