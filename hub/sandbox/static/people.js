// Addresses of the two channels, and what stands for a person.

import { make } from "./dom.js";

export const WHATSAPP = "whatsapp:";
export const isWhatsapp = (address) => address.startsWith(WHATSAPP);
export const numberOf = (address) => address.replace(WHATSAPP, "");

/** The letter and the colour that stand for somebody. */
export function avatar(name, number) {
  const colour = [...number].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 997, 7) % 6;
  const letter = /^\p{L}/u.test(name) ? [...name][0] : "";
  return make("span", `avatar hue-${colour}`, letter || number.slice(-2), { "aria-hidden": "true" });
}

/** The organisation's address of a message. */
export const oursOf = (message) => (message.direction === "inbound" ? message.to : message.from);
