// The panel beside the phones: faults to switch on, and what was posted to the hub.

import { changeFaults, clearFaults } from "./api.js";
import { make } from "./dom.js";
import { number, percent, time, words } from "./text.js";

const GROUPS = { api: /^(api|list)_/, receipt: /^(callback|delivery)_/, webhook: /^webhook_/, media: /^media_/ };
const CHOICES = [{ next: 1 }, { next: 3 }, { probability: 0.1 }, { probability: 0.5 }, { probability: 1 }];
const SHOWN = 20;

const find = (id) => document.getElementById(id);

export class Panel {
  constructor() {
    this.faults = {};
    this.codes = {};
    this.deliveries = [];
    this.url = null;
    this.opened = new Set(["api"]);
    find("faults-off").addEventListener("click", () => this.ask(clearFaults()));
  }

  show({ faults, codes, url, deliveries }) {
    this.faults = faults ?? this.faults;
    this.codes = codes ?? this.codes;
    this.url = url === undefined ? this.url : url;
    this.deliveries = deliveries ?? this.deliveries;
    this.draw();
  }

  addDelivery(delivery) {
    this.deliveries = [...this.deliveries, delivery].slice(-SHOWN);
    this.drawDeliveries();
  }

  draw() {
    this.drawFaults();
    this.drawDeliveries();
  }

  async ask(asked) {
    try {
      this.show({ faults: await asked });
      find("faults-error").hidden = true;
    } catch (error) {
      find("faults-error").textContent = error.message;
      find("faults-error").hidden = false;
      this.draw();
    }
  }

  drawFaults() {
    const list = find("faults");
    const focused = list.contains(document.activeElement) ? document.activeElement.name : null;
    list.replaceChildren(...Object.entries(GROUPS).map(([group, pattern]) => this.group(group, pattern)));
    if (focused) list.querySelector(`[name="${focused}"]`)?.focus();
    const on = Object.values(this.faults).filter(isOn).length;
    find("faults-off").hidden = on === 0;
    find("fault-count").hidden = on === 0;
    find("fault-count").textContent = number(on);
    find("panel-button").classList.toggle("warned", on > 0);
    find("panel-button").title = on ? words().faultsOn(on) : words().panel;
  }

  group(group, pattern) {
    const names = Object.keys(this.faults).filter((name) => pattern.test(name));
    const on = names.filter((name) => isOn(this.faults[name])).length;
    const head = make("summary", "", [make("span", "", words().groups[group])]);
    if (on) head.append(make("span", "count", number(on), { "aria-label": words().faultsOn(on) }));
    const box = make("details", "group", [head, ...names.map((name) => this.row(name, this.faults[name]))]);
    box.open = on > 0 || this.opened.has(group);
    box.addEventListener("toggle", () => this.opened[box.open ? "add" : "delete"](group));
    return box;
  }

  row(name, rule) {
    const [title, about] = words().fault[name] ?? [name, ""];
    const said = make("span", "fault-said", [make("span", "fault-name", title), make("span", "fault-about", about)]);
    if (rule.fired) said.append(make("span", "fired", words().fired(rule.fired)));
    const row = make("label", isOn(rule) ? "fault on" : "fault", [said, this.chooser(name, rule)]);
    if (name !== "delivery_failed" || !isOn(rule)) return row;
    return make("div", "", [row, this.codeChooser(rule)]);
  }

  chooser(name, rule) {
    const select = make("select", "", undefined, { name });
    const now = JSON.stringify(value(rule));
    const known = CHOICES.some((choice) => JSON.stringify(choice) === now);
    const choices = isOn(rule) && !known ? [...CHOICES, value(rule)] : CHOICES;
    select.append(new Option(words().off, "{}"));
    select.append(...choices.map((choice) => new Option(label(choice), JSON.stringify(choice))));
    select.value = isOn(rule) ? now : "{}";
    const kept = { error_code: rule.error_code };
    select.addEventListener("change", () => this.ask(changeFaults({ [name]: { ...JSON.parse(select.value), ...kept } })));
    return select;
  }

  codeChooser(rule) {
    const select = make("select", "codes", undefined, { name: "error_code", dir: "ltr", "aria-label": words().errorCode });
    select.append(...Object.entries(this.codes).map(([code, said]) => new Option(`${code} ${said}`, code)));
    select.value = String(rule.error_code);
    const change = () => ({ delivery_failed: { ...value(rule), error_code: Number(select.value) } });
    select.addEventListener("change", () => this.ask(changeFaults(change())));
    return select;
  }

  drawDeliveries() {
    find("webhook-url").textContent = this.url ? words().webhookUrl(`\u2068${this.url}\u2069`) : words().noWebhookUrl;
    const rows = this.deliveries.slice(-SHOWN).reverse().map(deliveryRow);
    find("deliveries").replaceChildren(...(rows.length ? rows : [make("li", "hint", words().noDeliveries)]));
  }
}

function deliveryRow(delivery) {
  const good = delivery.status >= 200 && delivery.status < 300;
  const result = delivery.status ? number(delivery.status) : "✕";
  const what = delivery.kind === "status" ? words().status[delivery.message_status] : words().incoming;
  const row = make("li", good ? "" : "bad", [
    make("span", "result", result),
    make("span", "what", what ?? delivery.message_status),
    make("span", "took", number(Math.round(delivery.ms), { style: "unit", unit: "millisecond" })),
    make("time", "", time(delivery.at)),
  ]);
  const why = [delivery.error, delivery.fault].filter(Boolean).join(", ");
  row.title = why ? `${delivery.url}\n${why}` : delivery.url;
  return row;
}

const isOn = (rule) => rule.next > 0 || rule.probability > 0;
const value = (rule) => (rule.next > 0 ? { next: rule.next } : { probability: rule.probability });

function label(choice) {
  if (choice.next) return words().next(choice.next);
  return choice.probability === 1 ? words().always : percent(choice.probability);
}
