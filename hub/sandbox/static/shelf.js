// The phones side by side: adding, removing, remembering them, and the tabs of a narrow page.

import { button, icon, make } from "./dom.js";
import { choosePerson } from "./person.js";
import { avatar } from "./people.js";
import { Phone } from "./phone.js";
import { words } from "./text.js";

const STORED = "peyvand.sandbox.phones.2";
const MOST = 6;

export class Shelf {
  /** `people` are those offered, `hub` is {name, numbers}. */
  constructor(people, hub) {
    this.people = people;
    this.hub = hub;
    this.place = document.getElementById("phones");
    this.tabs = document.getElementById("tabs");
    this.watcher = new IntersectionObserver((seen) => this.noteSeen(seen), { root: this.place, threshold: 0.6 });
    this.phones = this.remembered().map((kept) => this.make(kept));
    this.draw();
    document.addEventListener("visibilitychange", () => this.each((phone) => phone.read()));
    setInterval(() => this.each((phone) => phone.tick()), 10_000);
  }

  each(act) {
    return this.phones.map(act);
  }

  remembered() {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "null");
    if (Array.isArray(kept)) return kept.map((one) => ({ ...one, name: this.nameOf(one) }));
    const [first, ...others] = this.people;
    const abroad = others.find((person) => person.number.slice(0, 3) !== first.number.slice(0, 3));
    const fitting = innerWidth >= 1300 ? 3 : 2;
    return [...new Set([first, abroad, ...others])].filter(Boolean).slice(0, fitting);
  }

  nameOf({ number, name }) {
    return this.people.find((person) => person.number === number)?.name ?? name;
  }

  remember() {
    localStorage.setItem(STORED, JSON.stringify(this.phones.map((phone) => phone.kept)));
  }

  make(kept) {
    const phone = new Phone(kept, this.hub, {
      onChange: () => {
        this.remember();
        this.drawTabs();
      },
      onRemove: (one) => this.remove(one),
      onChoose: (one) => this.rename(one),
    });
    return phone;
  }

  async add() {
    const person = await choosePerson(this.people, this.numbers());
    if (!person || this.numbers().includes(person.number)) return;
    const phone = this.make(person);
    this.phones.push(phone);
    this.remember();
    this.draw();
    phone.element.scrollIntoView({ inline: "center" });
    await phone.refresh().catch(() => null); // the connection's loss is told by the page
  }

  async rename(phone) {
    const person = await choosePerson(this.people, this.numbers());
    if (person) await phone.become(person).catch(() => null);
  }

  remove(phone) {
    this.phones = this.phones.filter((one) => one !== phone);
    this.remember();
    this.draw();
    document.getElementById("add-phone").focus();
  }

  numbers() {
    return this.phones.map((phone) => phone.number);
  }

  draw() {
    this.watcher.disconnect();
    const none = make("div", "no-phones", [
      make("p", "empty-title", words().noPhones),
      make("p", "", words().noPhonesHint),
      button("primary", [icon("add"), words().addPhone], () => this.add()),
    ]);
    this.place.replaceChildren(...(this.phones.length ? this.phones.map((phone) => phone.element) : [none]));
    for (const phone of this.phones) this.watcher.observe(phone.element);
    document.getElementById("add-phone").disabled = this.phones.length >= MOST;
    this.drawTabs();
  }

  drawTabs() {
    this.tabs.ariaLabel = words().phones;
    this.tabs.hidden = this.phones.length < 2;
    this.tabs.replaceChildren(...this.phones.map((phone) => this.tab(phone)));
    this.markTab();
  }

  tab(phone) {
    const name = make("bdi", "", phone.shownName);
    return button("tab", [avatar(phone.name, phone.number), name], () => {
      document.body.classList.remove("panel-open");
      phone.element.scrollIntoView({ inline: "center", behavior: "smooth" });
    });
  }

  noteSeen(seen) {
    for (const entry of seen) {
      const phone = this.phones.find((one) => one.element === entry.target);
      if (!phone) continue;
      phone.onScreen = entry.isIntersecting;
      phone.read();
    }
    this.markTab();
  }

  markTab() {
    const shown = this.phones.findIndex((phone) => phone.onScreen);
    [...this.tabs.children].forEach((tab, place) => {
      tab.ariaCurrent = place === shown ? "true" : "false";
    });
  }

  writeWords() {
    this.each((phone) => phone.draw());
    this.draw();
  }
}
