// A picture over the whole page.

import { words } from "./text.js";

const dialog = document.getElementById("viewer");
const image = dialog.querySelector("img");

/** Shows the picture until a tap, Escape, or its button. */
export function enlarge(url, name) {
  image.src = url;
  image.alt = name || words().picture;
  dialog.showModal();
}

dialog.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => image.removeAttribute("src"));
