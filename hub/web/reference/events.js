// Events: what travels on the bus and on the live connection, and the queues.

import { code, h, inline, jsonBlock, prose, section } from "./dom.js";
import { field, fields } from "./schema.js";
import { words } from "./words.js";

const last = (reference) => reference.$ref.split("/").at(-1);

/** Every message and queue as an entry of the list. */
export function entries(document) {
  const of = (action) => document.operations[`live.${action}`].messages.map(last);
  const live = new Map([
    ...of("send").map((name) => [name, "Live: what a desk gets"]),
    ...of("receive").map((name) => [name, "Live: what a desk may send"]),
  ]);
  const messages = Object.entries(document.components.messages).map(([name, message]) =>
    entry(name, live.get(name) || "On the bus", message.title, message.summary, { message }));
  const queues = Object.entries(document.channels).filter(([, channel]) => channel.parameters).map(([name, channel]) =>
    entry(`queue.${name}`, "Queues", name, channel.description, { channel }));
  return [...messages, ...queues].sort((one, other) => ORDER.indexOf(one.group) - ORDER.indexOf(other.group));
}

const ORDER = ["On the bus", "Live: what a desk gets", "Live: what a desk may send", "Queues"];

const entry = (id, group, title, summary, more) => ({ id, group, title, summary, text: `${title} ${summary} ${group}`, ...more });

export const label = (one) => [h("span.where", {}, code(one.title), h("span.said.soft", { lang: "en", dir: "ltr" }, inline(one.summary)))];

/** One message or queue. */
export const detail = (one, document) => (one.message ? message(one, document) : queue(one));

function message({ id, title, message: said }, document) {
  const takers = Object.entries(document.channels).filter(([, channel]) => channel.parameters && id in channel.messages);
  const payload = said.payload;
  const data = payload.allOf?.at(-1).properties.data;
  const isEvent = Boolean(data);
  return [
    h("h1", { dir: "ltr" }, code(title)),
    prose(said.summary),
    isEvent && h("p.chips", {}, h("span.soft", {}, words().takenBy),
      takers.length
        ? takers.map(([name]) => h("a.chip", { href: `#queue.${name}` }, code(name)))
        : h("span", {}, words().takenByNobody)),
    isEvent
      ? [section("data", fields(data, document)), section(code("Event"), fields(payload.allOf[0], document))]
      : section(words().fields, fields(payload, document)),
    section(words().example, said.examples.map((example) => jsonBlock(example.payload))),
  ];
}

function queue({ title, channel }) {
  const parameters = Object.entries(channel.parameters).map(([name, one]) =>
    field({
      name, schema: one.enum ? { enum: one.enum } : { type: "string", default: one.default }, description: one.description,
    }));
  return [
    h("h1", { dir: "ltr" }, code(title)),
    prose(channel.description),
    section(words().address, h("p", { dir: "ltr" }, code(channel.address)), h("ul.fields", { dir: "ltr" }, parameters)),
    section(words().carries, h("p.chips", {}, Object.keys(channel.messages).map((name) =>
      h("a.chip", { href: `#${name}` }, code(name))))),
  ];
}
