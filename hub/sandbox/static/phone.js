// One phone: whose it is, its list of conversations, and the conversation that is open.

import { getMessages, showThread } from "./api.js";
import { ConversationList } from "./conversations.js";
import { button, icon, make, phoneNumber } from "./dom.js";
import { Thread } from "./thread.js";
import { avatar, isWhatsapp, numberOf, oursOf, WHATSAPP } from "./people.js";
import { spaced, time, words } from "./text.js";

export class Phone {
  /** `kept` is {number, name, open, receipts}; `hub` has the organisation's `name` and `numbers`. */
  constructor(kept, hub, { onChange, onRemove, onChoose }) {
    Object.assign(this, { number: kept.number, name: kept.name ?? "", open: kept.open ?? null });
    this.receipts = kept.receipts ?? true;
    this.hub = hub;
    this.onChange = onChange;
    this.onRemove = onRemove;
    this.onChoose = onChoose;
    this.messages = new Map();
    this.onScreen = true;
    this.reading = false;
    this.element = make("section", "slot");
    this.screen = make("div", "screen");
    this.clock = make("span");
    this.owner = make("div", "owner");
    this.element.append(this.owner, make("div", "phone", [this.statusBar(), this.screen, make("div", "home")]));
    if (!hub.numbers.includes(this.open)) this.open = null;
    this.draw();
  }

  get kept() {
    return { number: this.number, name: this.name, open: this.open, receipts: this.receipts };
  }

  get shownName() {
    return this.name || spaced(this.number);
  }

  /** This phone's address on the channel of one of our addresses. */
  addressFor(ours) {
    return isWhatsapp(ours) ? WHATSAPP + this.number : this.number;
  }

  /** The messages with one of our addresses, oldest first. */
  with(ours) {
    const ofThread = [...this.messages.values()].filter((message) => oursOf(message) === ours);
    return ofThread.sort((a, b) => (a.created < b.created ? -1 : 1));
  }

  unread(ours) {
    return this.with(ours).filter(isUnread).length;
  }

  statusBar() {
    const bar = make("div", "statusbar", [this.clock, make("span", "island"), make("span", "signs")], { "aria-hidden": "true" });
    bar.lastChild.append(icon("signal"), icon("wifi"), icon("battery"));
    return bar;
  }

  tick() {
    this.clock.textContent = time(Date.now());
  }

  /** Fetches its messages anew. */
  async refresh() {
    const { number } = this;
    const { messages } = await getMessages(number);
    if (number !== this.number) return;
    this.messages = new Map(messages.map((message) => [message.sid, message]));
    this.update();
  }

  /** Takes in a change that the sandbox tells of, if it is this phone's. */
  take(message) {
    const theirs = message.direction === "inbound" ? message.from : message.to;
    if (numberOf(theirs) !== this.number) return;
    this.messages.set(message.sid, message);
    this.update();
  }

  clear() {
    this.messages.clear();
    this.update();
  }

  become({ number, name }) {
    Object.assign(this, { number, name, open: null });
    this.messages.clear();
    this.draw();
    this.onChange();
    return this.refresh();
  }

  show(ours) {
    const before = this.open;
    this.open = ours;
    this.onChange();
    this.draw();
    this.view.focus(before);
  }

  /** Draws all of it: another person, another screen, another language. */
  draw() {
    this.element.ariaLabel = words().phoneOf(this.shownName);
    this.tick();
    this.drawOwner();
    this.view = this.open ? new Thread(this, this.open) : new ConversationList(this);
    this.screen.replaceChildren(this.view.element);
    this.update();
  }

  drawOwner() {
    const who = make("span", "who", [
      make("span", "who-name", this.shownName, { dir: "auto" }),
      this.name ? phoneNumber("who-number", spaced(this.number)) : null,
    ]);
    const choose = button("owner-button", [avatar(this.name, this.number), who], () => this.onChoose(this));
    choose.ariaLabel = words().change(`${this.shownName}, ${this.number}`);
    const remove = button("round", [icon("close")], () => this.onRemove(this), words().removePhone(this.shownName));
    this.owner.replaceChildren(choose, remove);
  }

  update() {
    this.view.update();
    this.read();
  }

  /** What is shown counts as read: the sandbox keeps it, and on WhatsApp the organisation hears of it. */
  async read() {
    const seen = this.open && this.onScreen && document.visibilityState === "visible";
    if (!seen || this.reading || !this.unread(this.open)) return;
    this.reading = true;
    try {
      await showThread(this.addressFor(this.open), this.open, this.receipts);
    } catch {
      // Not shown as read, then: it is tried again with the next change.
    } finally {
      this.reading = false;
    }
  }
}

const isUnread = (message) =>
  message.direction !== "inbound" && !message.seen && ["delivered", "read"].includes(message.status);
