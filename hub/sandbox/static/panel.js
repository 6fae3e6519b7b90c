// The panel beside the phones: faults to switch on, and the webhooks posted to the hub.

import { changeFaults, clearFaults } from "./api.js";
import { make, statusWord } from "./phone.js";
import { number, percent, time, words } from "./text.js";

const GROUPS = { api: /^(api|list)_/, receipt: /^(callback|delivery)_/, webhook: /^webhook_/ };
const CHOICES = [{ next: 1 }, { next: 3 }, { probability: 0.1 }, { probability: 0.5 }, { probability: 1 }];
const SHOWN = 12;

export class Panel {
  constructor() {
    this.faults = {};
    this.codes = {};
    this.deliveries = [];
    this.url = null;
    this.list = document.getElementById("faults");
    this.error = document.getElementById("faults-error");
    this.count = document.getElementById("fault-count");
    document.getElementById("faults-off").addEventListener("click", () => this.ask(clearFaults()));
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
      this.error.hidden = true;
    } catch (error) {
      this.error.textContent = error.message;
      this.error.hidden = false;
      this.draw();
    }
  }

  drawFaults() {
    const focused = document.activeElement?.name;
    const groups = Object.entries(GROUPS).map(([group, pattern]) => {
      const box = make("fieldset", "group");
      box.append(make("legend", "", words().groups[group]));
      const names = Object.keys(this.faults).filter((name) => pattern.test(name));
      box.append(...names.map((name) => this.row(name, this.faults[name])));
      return box;
    });
    this.list.replaceChildren(...groups);
    if (focused) this.list.querySelector(`[name="${focused}"]`)?.focus();
    const on = Object.values(this.faults).filter(isOn).length;
    this.count.hidden = on === 0;
    this.count.textContent = number(on);
  }

  row(name, rule) {
    const row = make("label", isOn(rule) ? "fault on" : "fault");
    row.append(make("span", "fault-name", words().fault[name] ?? name));
    if (rule.fired) {
      const fired = make("span", "fired", words().fired(rule.fired));
      fired.title = words().firedTitle;
      row.append(fired);
    }
    row.append(this.chooser(name, rule));
    if (name !== "delivery_failed" || !isOn(rule)) return row;
    const both = make("div");
    both.append(row, this.codeChooser(rule));
    return both;
  }

  chooser(name, rule) {
    const select = make("select");
    select.name = name;
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
    const select = make("select", "codes");
    select.name = "error_code";
    select.dir = "ltr";
    select.append(...Object.entries(this.codes).map(([code, said]) => new Option(`${code} ${said}`, code)));
    select.value = String(rule.error_code);
    const change = () => ({ delivery_failed: { ...value(rule), error_code: Number(select.value) } });
    select.addEventListener("change", () => this.ask(changeFaults(change())));
    return select;
  }

  drawDeliveries() {
    const note = document.getElementById("webhook-url");
    note.textContent = this.url ? words().webhookUrl(`\u2068${this.url}\u2069`) : words().noWebhookUrl;
    const rows = this.deliveries.slice(-SHOWN).reverse().map(deliveryRow);
    const list = document.getElementById("deliveries");
    list.replaceChildren(...(rows.length ? rows : [make("li", "hint", words().noDeliveries)]));
  }
}

function deliveryRow(delivery) {
  const good = delivery.status >= 200 && delivery.status < 300;
  const row = make("li", good ? "" : "bad");
  const result = delivery.status ? number(delivery.status) : "✕";
  row.append(make("span", "result", result));
  const what = delivery.kind === "status" ? words()[statusWord(delivery.message_status)] : words().incoming;
  row.append(make("span", "what", what ?? delivery.message_status));
  row.append(make("span", "took", `${number(Math.round(delivery.ms))} ms`), make("time", "", time(delivery.at)));
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
