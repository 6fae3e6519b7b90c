// Talking to the sandbox's own API.

import { words } from "./text.js";

const BASE = "/sandbox/api";

async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(BASE + path, options);
  } catch {
    throw new Error(words().noConnection);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error([answer.title, answer.detail].filter(Boolean).join(". ") || response.statusText);
  return answer;
}

export const getState = () => call("GET", "/state");
export const getDeliveries = (limit) => call("GET", `/deliveries?limit=${limit}`);
export const getMessages = (phone) => call("GET", `/messages?${new URLSearchParams({ phone })}`);
export const sendMessage = (message) => call("POST", "/texts", message);
export const deliverAgain = (sid) => call("POST", `/texts/${sid}/deliver`, {});
export const showThread = (phone, number, receipts) => call("POST", "/read", { phone, number, receipts });
export const closeWindow = (phone, number) => call("POST", "/window", { phone, number });
export const changeFaults = (rules) => call("PATCH", "/faults", rules);
export const clearFaults = () => call("PUT", "/faults", {});
export const mediaUrl = (sid) => `${BASE}/media/${sid}`;

/** Listens to changes for ever. `handlers` has a function for each kind of event, and onOpen and onLost. */
export function listen({ onOpen, onLost, ...handlers }) {
  const source = new EventSource(`${BASE}/live`);
  source.addEventListener("open", onOpen);
  source.addEventListener("error", () => {
    onLost();
    // The browser connects again by itself, except after an answer that is no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen({ onOpen, onLost, ...handlers }), 2000);
  });
  for (const [kind, handle] of Object.entries(handlers)) {
    source.addEventListener(kind, (event) => handle(JSON.parse(event.data)));
  }
}
