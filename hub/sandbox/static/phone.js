// One phone: who it is, whom it texts, its thread, and the box to write in. A page may hold several.

import { deliverAgain, getThread, sendText } from "./api.js";
import { day, readNumber, time, whyNotTaken, words, writeWords } from "./text.js";

const TICKS = { accepted: "◷", queued: "◷", sending: "◷", sent: "✓", delivered: "✓✓", undelivered: "✕", failed: "✕" };

export class Phone {
  /** `chosen` is {phone, number}; `onChange` is called when the person picks others. */
  constructor(chosen, { samples, numbers, onChange }) {
    this.chosen = { ...chosen };
    this.onChange = onChange;
    this.messages = new Map();
    this.problem = null;
    const copy = document.getElementById("phone-template").content.cloneNode(true);
    this.element = copy.querySelector(".phone");
    const find = (selector) => this.element.querySelector(selector);
    this.parts = {
      phone: find(".phone-number"), number: find(".organisation-number"), thread: find(".thread"),
      empty: find(".empty"), samples: find(".samples"), error: find(".composer-error"),
      form: find(".composer"), box: find("textarea"), send: find(".send"),
    };
    this.fillChoices(samples, numbers);
    this.listen();
    this.writeWords();
  }

  fillChoices(samples, numbers) {
    const list = document.createElement("datalist");
    list.id = `phones-${crypto.randomUUID()}`;
    list.append(...samples.map((value) => new Option(value, value)));
    this.element.append(list);
    this.parts.phone.setAttribute("list", list.id);
    this.parts.phone.value = this.chosen.phone;
    this.parts.number.append(...numbers.map((value) => new Option(value, value)));
    this.parts.number.value = this.chosen.number;
  }

  listen() {
    const { phone, number, form, box } = this.parts;
    // Emptied, so that the list offers every phone and not only the one chosen.
    phone.addEventListener("focus", () => {
      phone.placeholder = phone.value;
      phone.value = "";
    });
    phone.addEventListener("blur", () => (phone.value ||= this.chosen.phone));
    phone.addEventListener("change", () => this.choosePhone());
    number.addEventListener("change", () => this.choose({ number: number.value }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    box.addEventListener("input", () => this.fitBox());
  }

  choosePhone() {
    if (!this.parts.phone.value) return;
    const phone = readNumber(this.parts.phone.value);
    this.showProblem(phone ? null : () => words().badNumber);
    if (!phone) return;
    this.parts.phone.value = phone;
    this.choose({ phone });
  }

  choose(change) {
    Object.assign(this.chosen, change);
    this.onChange();
    this.refresh();
  }

  /** Fetches the thread anew. */
  async refresh() {
    const { phone, number } = this.chosen;
    const { messages } = await getThread(phone, number);
    if (phone !== this.chosen.phone || number !== this.chosen.number) return;
    this.messages = new Map(messages.map((message) => [message.sid, message]));
    this.draw();
  }

  /** Takes in a change that the sandbox tells of, if it is this phone's. */
  take(message) {
    const { phone, number } = this.chosen;
    const [ours, theirs] = message.direction === "inbound" ? [message.to, message.from] : [message.from, message.to];
    if (theirs !== phone || ours !== number) return;
    const known = this.messages.get(message.sid);
    this.messages.set(message.sid, message);
    if (known) this.thread.get(message.sid)?.replaceWith(this.keep(message));
    else this.draw();
  }

  clear() {
    this.messages.clear();
    this.draw();
  }

  async submit(text = this.parts.box.value) {
    if (!text.trim()) return;
    const { value } = this.parts.phone;
    if (value && !readNumber(value)) return this.choosePhone(); // else it would go out as the phone before
    this.parts.box.value = "";
    this.fitBox();
    this.showProblem(null);
    try {
      this.take(await sendText(this.chosen.phone, this.chosen.number, text));
    } catch (error) {
      this.parts.box.value ||= text;
      this.fitBox();
      this.showProblem(() => words().failed(error.message));
    }
  }

  showProblem(say) {
    this.problem = say;
    this.parts.error.hidden = !say;
    this.parts.error.textContent = say?.() ?? "";
  }

  fitBox() {
    const { box } = this.parts;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`; // with its border
  }

  writeWords() {
    writeWords(this.element);
    const { box, send, thread, samples } = this.parts;
    box.placeholder = box.ariaLabel = words().write;
    send.ariaLabel = send.title = words().send;
    thread.ariaLabel = words().thread;
    samples.replaceChildren(...words().samples.map((text) => this.sample(text)));
    this.showProblem(this.problem);
    this.draw();
  }

  sample(text) {
    const button = make("button", "sample", text);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => this.submit(text));
    return button;
  }

  draw() {
    const { thread, empty } = this.parts;
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
    const ordered = [...this.messages.values()].sort((a, b) => (a.created < b.created ? -1 : 1));
    this.thread = new Map();
    let lastDay = "";
    const rows = ordered.flatMap((message) => {
      const today = day(message.created);
      const head = today === lastDay ? [] : [make("li", "day", today)];
      lastDay = today;
      return [...head, this.keep(message)];
    });
    thread.replaceChildren(...rows);
    thread.hidden = !rows.length;
    empty.hidden = rows.length > 0;
    if (atEnd) thread.scrollTop = thread.scrollHeight;
  }

  keep(message) {
    const row = message.direction === "inbound" ? this.mine(message) : theirs(message);
    this.thread.set(message.sid, row);
    return row;
  }

  mine(message) {
    const row = bubble(message, "mine");
    const { hub } = message;
    const tick = hub?.taken ? "✓" : hub ? "✕" : "◷";
    row.append(meta(message, tick, hub?.taken ? words().taken : hub ? "" : words().received));
    if (hub && !hub.taken) {
      row.classList.add("bad");
      row.append(this.refusal(message, hub));
    }
    return row;
  }

  refusal(message, hub) {
    const note = make("p", "refusal");
    note.append(...withCode(words().notTaken(whyNotTaken(hub))), " ");
    const again = make("button", "link", words().again);
    again.type = "button";
    again.addEventListener("click", async () => {
      again.disabled = true;
      await deliverAgain(message.sid).catch((error) => this.showProblem(() => words().failed(error.message)));
      again.disabled = false;
    });
    note.append(again);
    return note;
  }
}

function theirs(message) {
  const row = bubble(message, "theirs");
  const bad = message.status === "failed" || message.status === "undelivered";
  row.classList.toggle("bad", bad);
  row.classList.toggle("underway", !bad && message.status !== "delivered");
  row.append(meta(message, TICKS[message.status] ?? "", words()[statusWord(message.status)] ?? message.status));
  if (bad) {
    const code = make("bdi", "", `${message.error_message} (${message.error_code})`);
    const note = make("p", "refusal");
    note.append(code);
    row.append(note);
  }
  return row;
}

function bubble(message, side) {
  const row = make("li", `message ${side}`);
  row.dataset.sid = message.sid;
  const text = make("p", "bubble", message.body);
  text.dir = "auto";
  row.append(text);
  return row;
}

function meta(message, tick, said) {
  const line = make("p", "meta");
  const at = make("time", "", time(message.created));
  at.dateTime = message.created;
  const ticks = make("span", `tick ${message.status}`, tick);
  ticks.ariaHidden = "true";
  line.append(at, ticks, make("span", "said", said));
  return line;
}

function withCode(text) {
  return text.split("`").map((part, index) => (index % 2 ? make("code", "", part) : part));
}

/** The word for a message's status in `words()`. */
export const statusWord = (status) => (status === "failed" ? "failedStatus" : status);

export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
