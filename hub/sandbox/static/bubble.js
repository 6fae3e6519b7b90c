// One message in a thread: its files, its words, its time and what became of it.

import { deliverAgain, mediaUrl } from "./api.js";
import { button, icon, make, withCode } from "./dom.js";
import { size, time, whyNotTaken, words } from "./text.js";
import { enlarge } from "./viewer.js";

const SHOWABLE = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;
const ONLY_EMOJI = /^(\p{Extended_Pictographic}[\p{Emoji_Modifier}\u200d\ufe0f]*\s*){1,3}$/u;

/** The row of a message. `answered`: the organisation has written since; `onProblem` is told what went wrong. */
export function bubble(message, { answered, onProblem }) {
  const mine = message.direction === "inbound";
  const row = make("li", `message ${mine ? "mine" : "theirs"}`);
  row.dataset.sid = message.sid;
  row.append(body(message, mine, answered));
  if (mine && isRefused(message)) row.append(refusal(message, onProblem));
  if (!mine) drawFate(row, message);
  return row;
}

const isRefused = (message) => message.hub && !message.hub.taken;
const isBad = (message) => message.status === "failed" || message.status === "undelivered";

function body(message, mine, answered) {
  const box = make("div", "bubble");
  box.append(...message.media.map(fileOf));
  const coming = message.media.length || isBad(message) ? [] : message.media_urls;
  box.append(...coming.map(() => make("span", "file coming", [icon("picture"), make("span", "", words().status.sending)])));
  if (message.body) {
    const words_ = make("p", ONLY_EMOJI.test(message.body.trim()) ? "said emoji" : "said", message.body, { dir: "auto" });
    box.append(words_);
  }
  box.append(meta(message, mine, answered));
  return box;
}

function meta(message, mine, answered) {
  const at = make("time", "", time(message.created), { datetime: message.created });
  const template = message.content_sid ? make("span", "template", words().template) : null;
  return make("span", "meta", [template, at, mine ? tickOf(message, answered) : null]);
}

/** The tick of a message that the phone sent: on its way, sent, read, or not taken. */
export function tickOf(message, answered = false) {
  const read = answered && message.channel === "whatsapp";
  const [name, said] = isRefused(message)
    ? ["warn", words().notTaken(whyNotTaken(message.hub)).replaceAll("`", "")]
    : !message.hub
      ? ["clock", words().waiting]
      : read
        ? ["ticks", words().readByHub]
        : ["tick", words().sentToHub];
  return make("span", `tick ${name}`, [icon(name)], { role: "img", "aria-label": said, title: said });
}

function drawFate(row, message) {
  const bad = isBad(message);
  row.classList.toggle("bad", bad);
  row.classList.toggle("underway", !bad && !["delivered", "read"].includes(message.status));
  if (bad) {
    const why = make("bdi", "", `${message.error_message} (${message.error_code})`);
    row.append(make("p", "fate", [`${words().didNotArrive} `, why]));
  } else if (message.status !== "delivered") {
    row.append(make("p", "fate quiet", words().status[message.status] ?? message.status));
  }
}

function refusal(message, onProblem) {
  const again = button("link", words().again, async () => {
    again.disabled = true;
    await deliverAgain(message.sid).catch(onProblem);
    again.disabled = false;
  });
  return make("p", "fate", [...withCode(words().notTaken(whyNotTaken(message.hub))), " ", again]);
}

function fileOf(file) {
  const url = mediaUrl(file.sid);
  const kind = file.content_type.split("/")[0];
  if (SHOWABLE.test(file.content_type)) return picture(file, url);
  if (kind === "audio" || kind === "video") {
    return make(kind, "playable", undefined, { src: url, controls: "", preload: "metadata" });
  }
  return card(file, url);
}

function picture(file, url) {
  const image = make("img", "", undefined, { src: url, alt: file.name || words().picture });
  const frame = button("picture", [image], () => enlarge(url, file.name), words().enlarge);
  image.addEventListener("error", () => frame.replaceWith(card(file, url)));
  return frame;
}

function card(file, url) {
  const name = make("bdi", "file-name", file.name || words().file);
  const about = make("span", "file-about", [make("bdi", "", file.content_type), " · ", make("bdi", "", size(file.size))]);
  const link = make("a", "file", [icon("file"), make("span", "", [name, about])], { href: url });
  link.download = file.name || file.sid;
  return link;
}
