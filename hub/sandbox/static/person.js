// Choosing whose phone it is: somebody known, or any number.

import { button, make, phoneNumber } from "./dom.js";
import { avatar } from "./people.js";
import { readNumber, spaced, words } from "./text.js";

const dialog = document.getElementById("person");

/** Asks who; gives {number, name}, or null. `used` are the numbers of the phones that are shown. */
export function choosePerson(people, used) {
  return new Promise((resolve) => {
    let chosen = null;
    const choose = (person) => {
      chosen = person;
      dialog.close();
    };
    const rows = people.map((person) => make("li", "", [personButton(person, used, choose)]));
    dialog.replaceChildren(
      make("h2", "", words().whose, { id: "person-title" }), make("ul", "people", rows), anybody(choose),
    );
    dialog.addEventListener("close", () => resolve(chosen), { once: true });
    dialog.showModal();
  });
}

function personButton(person, used, choose) {
  const isUsed = used.includes(person.number);
  const who = make("span", "who", [
    make("span", "who-name", person.name || spaced(person.number), { dir: "auto" }),
    person.name ? phoneNumber("who-number", spaced(person.number)) : null,
  ]);
  const row = button("person", [avatar(person.name, person.number), who], () => choose(person));
  if (isUsed) row.append(make("span", "in-use", words().taken));
  row.disabled = isUsed;
  return row;
}

function anybody(choose) {
  const number = make("input", "", undefined, { inputmode: "tel", dir: "ltr", autocomplete: "off", maxlength: 24, required: "" });
  const name = make("input", "", undefined, { dir: "auto", autocomplete: "off", maxlength: 60 });
  const error = make("p", "error", words().badNumber, { role: "alert" });
  error.hidden = true;
  const form = make("form", "anybody", [
    make("h3", "", words().anybody),
    make("p", "hint", words().anybodyHint),
    make("label", "", [words().number, number]),
    make("label", "", [`${words().name} (${words().nameHint})`, name]),
    error,
    make("div", "actions", [
      button("quiet", words().cancel, () => dialog.close()),
      make("button", "primary", words().use, { type: "submit" }),
    ]),
  ]);
  form.noValidate = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const read = readNumber(number.value);
    error.hidden = read !== null;
    if (read) choose({ number: read, name: name.value.trim() });
    else number.focus();
  });
  return form;
}
