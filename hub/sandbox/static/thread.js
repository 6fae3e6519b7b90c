// The second screen of a phone: one conversation.

import { closeWindow } from "./api.js";
import { bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { button, icon, make, phoneNumber } from "./dom.js";
import { isWhatsapp, numberOf } from "./people.js";
import { day, dayTime, spaced, words } from "./text.js";

const WINDOW_MS = 24 * 3600 * 1000;

export class Thread {
  constructor(phone, ours) {
    this.phone = phone;
    this.ours = ours;
    this.channel = isWhatsapp(ours) ? "whatsapp" : "sms";
    this.known = new Map();
    this.list = make("ol", "rows");
    const label = words().thread(numberOf(ours));
    this.log = make("div", "thread", [this.list], { role: "log", tabindex: 0, "aria-label": label });
    this.empty = make("div", "empty");
    this.strip = make("p", "strip");
    this.composer = new Composer(phone, ours);
    this.element = make("div", `chat ${this.channel}`, [
      this.head(), this.strip, this.log, this.empty, this.composer.element,
    ]);
    this.stayAtEnd();
  }

  head() {
    const back = button("round", [icon("back")], () => this.phone.show(null), words().back);
    const title = make("span", "chat-title", [
      phoneNumber("chat-number", spaced(numberOf(this.ours))),
      make("span", "chat-about", words().channel[this.channel]),
    ]);
    const face = make("span", `face ${this.channel}`, [icon(this.channel)]);
    return make("header", "chat-head", [back, face, title, this.menu()]);
  }

  menu() {
    const summary = make("summary", "round", [icon("more")], { "aria-label": words().more, title: words().more });
    const menu = make("details", "menu", [summary, make("div", "menu-items", this.menuItems())]);
    menu.addEventListener("focusout", (event) => {
      if (!menu.contains(event.relatedTarget)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      summary.focus();
    });
    this.shut = () => (menu.open = false);
    return menu;
  }

  menuItems() {
    if (this.channel === "sms") return [make("p", "menu-note", words().smsReceipts)];
    const receipts = make("input", "", undefined, { type: "checkbox", role: "switch", class: "switch" });
    receipts.checked = this.phone.receipts;
    receipts.addEventListener("change", () => {
      this.phone.receipts = receipts.checked;
      this.phone.onChange();
    });
    this.closer = button("menu-item", words().closeWindow, () => this.closeWindow());
    return [
      make("label", "menu-item", [make("span", "", words().receipts), receipts]),
      make("p", "menu-note", words().receiptsHint),
      this.closer,
    ];
  }

  async closeWindow() {
    this.shut();
    try {
      await closeWindow(this.phone.addressFor(this.ours), this.ours);
    } catch (error) {
      this.composer.say(words().failed(error.message));
    }
  }

  focus() {
    this.composer.focus();
    this.toEnd();
  }

  update() {
    const messages = this.phone.with(this.ours);
    this.drawEmpty(!messages.length);
    this.drawStrip(messages);
    this.list.replaceChildren(...this.rows(messages));
    if (this.atEnd) this.toEnd();
  }

  rows(messages) {
    const lastAnswer = messages.findLast((one) => one.direction !== "inbound" && one.status !== "failed")?.created ?? "";
    let lastDay = "";
    return messages.flatMap((message) => {
      const today = day(message.created);
      const head = today === lastDay ? [] : [make("li", "day", [make("span", "", today)])];
      lastDay = today;
      return [...head, this.row(message, message.created < lastAnswer)];
    });
  }

  /** The row of a message, the same one as before if nothing about it has changed. */
  row(message, answered) {
    const state = JSON.stringify([message, answered]);
    const known = this.known.get(message.sid);
    if (known?.state === state) return known.row;
    const row = bubble(message, { answered, onProblem: (error) => this.composer.say(words().failed(error.message)) });
    this.known.set(message.sid, { state, row });
    return row;
  }

  drawEmpty(isEmpty) {
    this.log.hidden = isEmpty;
    this.empty.hidden = !isEmpty;
    if (!isEmpty || this.empty.childElementCount) return;
    const samples = words().samples.map((text) => {
      const sample = button("sample", text, () => this.composer.submit(text));
      sample.dir = "auto";
      return sample;
    });
    const hint = words()[this.channel === "sms" ? "emptySms" : "emptyWhatsapp"];
    this.empty.append(icon(this.channel), make("p", "empty-title", words().emptyTitle), make("p", "", hint), make("div", "samples", samples));
  }

  /** On WhatsApp: until when the organisation may write freely. */
  drawStrip(messages) {
    const last = messages.findLast((one) => one.direction === "inbound" && !one.lapsed);
    const until = last ? new Date(last.created).getTime() + WINDOW_MS : 0;
    const open = until > Date.now();
    this.strip.hidden = this.channel === "sms" || !messages.length;
    this.strip.classList.toggle("closed", !open);
    this.strip.textContent = open ? words().windowOpen(`\u2068${dayTime(until)}\u2069`) : words().windowClosed;
    if (this.closer) this.closer.disabled = !open;
  }

  /** Stays at the end while pictures and the box below grow, until somebody scrolls up. */
  stayAtEnd() {
    this.atEnd = true;
    let top = 0;
    this.log.addEventListener("scroll", () => {
      if (this.log.scrollTop < top || this.isAtEnd()) this.atEnd = this.isAtEnd();
      top = this.log.scrollTop;
    });
    const grown = new ResizeObserver(() => this.atEnd && this.toEnd());
    grown.observe(this.log);
    grown.observe(this.list);
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}
