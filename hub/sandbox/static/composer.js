// The box to write in: words, and files attached by button, by paste or by dropping them.

import { sendMessage } from "./api.js";
import { button, icon, make } from "./dom.js";
import { isWhatsapp } from "./people.js";
import { words } from "./text.js";

const MOST = { sms: 10, whatsapp: 1 };
const MOST_BYTES = 16 * 1024 * 1024;

export class Composer {
  constructor(phone, ours) {
    this.phone = phone;
    this.ours = ours;
    this.most = isWhatsapp(ours) ? MOST.whatsapp : MOST.sms;
    this.files = [];
    this.box = make("textarea", "", undefined, { rows: 1, dir: "auto", maxlength: 1600, enterkeyhint: "send" });
    this.box.placeholder = this.box.ariaLabel = isWhatsapp(ours) ? words().writeWhatsapp : words().write;
    this.input = make("input", "", undefined, { type: "file", tabindex: -1, "aria-hidden": "true" });
    this.input.hidden = true;
    this.input.multiple = this.most > 1;
    this.chips = make("ul", "chips");
    this.error = make("p", "error", undefined, { role: "alert" });
    this.error.hidden = this.chips.hidden = true;
    const attach = button("attach", [icon("attach")], () => this.input.click(), words().attach);
    const send = make("button", "send", [icon("send")], { type: "submit", "aria-label": words().send, title: words().send });
    this.form = make("form", "composer", [attach, this.box, send]);
    this.element = make("div", "foot", [this.error, this.chips, this.form, this.input]);
    this.listen();
  }

  listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.box.addEventListener("input", () => this.fit());
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    this.box.addEventListener("paste", (event) => {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add([...event.clipboardData.files]);
    });
  }

  focus() {
    // A finger that opened the thread did not ask for the keyboard.
    if (matchMedia("(hover: hover)").matches) this.box.focus();
  }

  add(files) {
    this.files.push(...files);
    const bytes = this.files.reduce((sum, file) => sum + file.size, 0);
    this.say(this.files.length > this.most ? words().tooMany(this.most) : bytes > MOST_BYTES ? words().tooLarge : null);
    this.files.length = Math.min(this.files.length, this.most);
    if (bytes > MOST_BYTES) this.files = [];
    this.drawChips();
    this.box.focus();
  }

  drawChips() {
    this.chips.hidden = !this.files.length;
    this.chips.replaceChildren(...this.files.map((file) => this.chip(file)));
  }

  chip(file) {
    const remove = button("round", [icon("close")], () => {
      this.files = this.files.filter((other) => other !== file);
      this.drawChips();
      this.box.focus();
    }, words().removeFile(file.name));
    const kind = file.type.startsWith("image/") ? "picture" : "file";
    return make("li", "chip", [icon(kind), make("bdi", "", file.name), remove]);
  }

  async submit(text = this.box.value) {
    const { files } = this;
    if (!text.trim() && !files.length) return;
    this.box.value = "";
    this.files = [];
    this.say(null);
    this.drawChips();
    this.fit();
    try {
      const media = await Promise.all(files.map(encoded));
      const message = { from: this.phone.addressFor(this.ours), to: this.ours, body: text, name: this.phone.name, media };
      this.phone.take(await sendMessage(message));
    } catch (error) {
      this.box.value ||= text;
      this.files = this.files.length ? this.files : files;
      this.drawChips();
      this.fit();
      this.say(words().failed(error.message));
    }
  }

  say(problem) {
    this.error.hidden = !problem;
    this.error.textContent = problem ?? "";
  }

  fit() {
    const { box } = this;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`; // with its border
  }
}

/** A file as the sandbox takes it: its type, its name, its bytes in base64. */
function encoded(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => reject(reader.error));
    reader.addEventListener("load", () => {
      const type = file.type.toLowerCase().split(";")[0] || "application/octet-stream";
      resolve({ content_type: type, name: file.name.slice(0, 120), data: reader.result.split(",")[1] });
    });
    reader.readAsDataURL(file);
  });
}
