// Puts the page together: the phones, the panel, the language, and the connection to the sandbox.

import { getDeliveries, getState, listen } from "./api.js";
import { Panel } from "./panel.js";
import { Phone } from "./phone.js";
import { switchLanguage, words, writeWords } from "./text.js";

const STORED = "peyvand.sandbox.phones";
const panel = new Panel();
let phones = [];

/** The phones shown last time; at first one, Persian or American as the page's language. */
function rememberedPhones(samples, numbers) {
  const kept = JSON.parse(localStorage.getItem(STORED) ?? "[]");
  const first = document.documentElement.lang === "fa" ? samples[0] : samples.at(-1);
  const shown = kept.length ? kept : [{ phone: first, number: numbers[0] }];
  return shown.map(({ phone, number }) => ({ phone, number: numbers.includes(number) ? number : numbers[0] }));
}

function rememberPhones() {
  localStorage.setItem(STORED, JSON.stringify(phones.map((phone) => phone.chosen)));
}

function makePhones(samples, numbers) {
  phones = rememberedPhones(samples, numbers).map(
    (chosen) => new Phone(chosen, { samples, numbers, onChange: rememberPhones }),
  );
  document.getElementById("phones").replaceChildren(...phones.map((phone) => phone.element));
}

async function fetchAll() {
  const [state, { deliveries }] = await Promise.all([getState(), getDeliveries(20)]);
  if (!phones.length) makePhones(state.phones, state.accounts.flatMap((account) => account.numbers));
  panel.show({ faults: state.faults, codes: state.error_codes, url: state.accounts[0].webhook_url, deliveries });
  await Promise.all(phones.map((phone) => phone.refresh()));
}

function showLost(lost) {
  document.getElementById("lost").hidden = !lost;
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
  document.title = `${words().title} ${words().subtitle}`;
  const button = document.getElementById("language");
  button.textContent = words().otherLanguage;
  button.lang = document.documentElement.lang === "fa" ? "en" : "fa";
  panel.draw();
  for (const phone of phones) phone.writeWords();
}

document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  write();
});
document.getElementById("panel-button").addEventListener("click", (event) => {
  const open = document.body.classList.toggle("panel-open");
  event.currentTarget.ariaExpanded = String(open);
});

write();
listen({
  onOpen: refreshAll,
  onLost: () => showLost(true),
  message: (message) => phones.forEach((phone) => phone.take(message)),
  delivery: (delivery) => panel.addDelivery(delivery),
  faults: (faults) => panel.show({ faults }),
  webhook: ({ url }) => panel.show({ url }),
  reset: () => {
    phones.forEach((phone) => phone.clear());
    refreshAll();
  },
});
