// The first screen of a phone: one line for each number of the organisation, the latest on top.

import { button, icon, make, phoneNumber } from "./dom.js";
import { isWhatsapp, numberOf } from "./people.js";
import { tickOf } from "./bubble.js";
import { number, spaced, when, words } from "./text.js";

export class ConversationList {
  constructor(phone) {
    this.phone = phone;
    this.rows = make("ul", "conversations");
    this.element = make("div", "list", [
      make("header", "list-head", [make("h2", "", words().messages), make("p", "list-hint", words().listHint)]),
      this.rows,
    ]);
  }

  /** Puts the keyboard where it was: on the conversation that was open. */
  focus(before) {
    this.rows.querySelector(`[data-number="${before}"]`)?.focus();
  }

  update() {
    const focused = this.rows.contains(document.activeElement) ? document.activeElement.dataset.number : null;
    const latest = (ours) => this.phone.with(ours).at(-1)?.created ?? "";
    const numbers = [...this.phone.hub.numbers].sort((a, b) => alike(b, this.phone) - alike(a, this.phone));
    numbers.sort((a, b) => (latest(a) < latest(b) ? 1 : latest(a) > latest(b) ? -1 : 0));
    this.rows.replaceChildren(...numbers.map((ours) => this.row(ours)));
    if (focused) this.focus(focused);
  }

  row(ours) {
    const last = this.phone.with(ours).at(-1);
    const unread = this.phone.unread(ours);
    const channel = isWhatsapp(ours) ? "whatsapp" : "sms";
    const top = make("span", "row-top", [
      phoneNumber("row-name", spaced(numberOf(ours))),
      last ? make("time", "row-time", when(last.created), { datetime: last.created }) : null,
    ]);
    const badge = unread ? make("span", "badge", number(unread), { "aria-label": words().unread(unread) }) : null;
    const bottom = make("span", "row-bottom", [lastLine(last), badge]);
    const face = make("span", `face ${channel}`, [icon(channel)]);
    const about = make("span", "row-channel", words().channel[channel]);
    const row = button(`conversation ${channel}${unread ? " unread" : ""}`, [face, make("span", "row", [top, about, bottom])], () =>
      this.phone.show(ours),
    );
    row.dataset.number = ours;
    return make("li", "", [row]);
  }
}

/** How far a number begins like the phone's own: those of its country come first. */
const alike = (ours, phone) => [...numberOf(ours)].findIndex((digit, place) => digit !== phone.number[place]);

function lastLine(message) {
  if (!message) return make("span", "row-last none", words().nothingYet);
  const mine = message.direction === "inbound";
  const bad = message.status === "failed" || message.status === "undelivered";
  const before = mine ? words().you : bad ? words().didNotArrive : "";
  const said = message.body || words()[isPicture(message) ? "picture" : "file"];
  // The line runs as its words do; what stands before them is set apart so as not to decide that.
  const prefix = before ? make("bdi", "", before) : null;
  return make("span", "row-last", [mine ? tickOf(message) : null, prefix, prefix ? " " : "", said], { dir: "auto" });
}

const isPicture = (message) => message.media.some((file) => file.content_type.startsWith("image/"));
