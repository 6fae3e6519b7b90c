// Making elements, and what every part of the page shows alike.

import { words } from "./words.js";

/** An element: `h("p.soft", { id: "x" }, "text", child, …)`; nothing, false and null children are left out. */
export function h(what, attributes = {}, ...children) {
  const [name, ...classes] = what.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat(9).filter((child) => child != null && child !== false && child !== ""));
  return element;
}

/** A technical name: from left to right in whatever text it stands. */
export const code = (text) => h("code", { dir: "ltr", translate: "no" }, text);

/** An address, which breaks where its parts end and nowhere else. */
export const path = (text) =>
  h("code.path", { dir: "ltr", translate: "no" }, text.split(/(?<=\/)/).flatMap((part) => [part, h("wbr")]));

/** A sentence of the description within a line. */
export const inline = (text) => text.split("`").map((part, n) => (n % 2 ? code(part) : part));

/** What the description says of something, with `code` in backticks; it is English in every language of the page. */
export function prose(text, kind = "p") {
  return (text || "").split(/\n\n+/).filter(Boolean).map((paragraph) =>
    h(`${kind}.said`, { lang: "en", dir: "ltr" }, inline(paragraph)));
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON with its parts told apart. */
export function json(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(TOKEN)) {
    parts.push(text.slice(from, found.index));
    const kind = found[2] ? "key" : found[1] ? "text" : found[3] ? "word" : "number";
    parts.push(h(`span.json-${kind}`, {}, found[1] || found[0]), found[2] || "");
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

/** A block of code with a button that copies it. */
export function block(text, { shown = [text], label = "" } = {}) {
  const button = h("button.copy", { type: "button", onclick: copy }, words().copy);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = words().copied;
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = words().selected;
    }
    setTimeout(() => { button.textContent = words().copy; }, 1500);
  }
  const pre = h("pre", { dir: "ltr", tabindex: "0", translate: "no", "aria-label": label || null }, ...shown);
  return h("div.block", {}, pre, button);
}

export const jsonBlock = (value) => {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return block(text, { shown: json(text) });
};

/** A heading with what stands under it, or nothing if that is nothing. */
export function section(title, ...children) {
  const inside = children.flat(9).filter((child) => child != null && child !== false);
  return inside.length ? h("section", {}, h("h2", {}, title), inside) : null;
}
