// Sending a request from the page. The token lives in this module's memory and nowhere else.

import { code, h, json, section } from "./dom.js";
import { address } from "./request.js";
import { words } from "./words.js";

let token = "";

/** A form for the operation, or nothing where a page cannot speak with it. */
export function tryIt(entry, parameters) {
  const { method, path, operation } = entry;
  const taken = Object.keys(operation.requestBody?.content || {});
  const noPage = "101" in operation.responses || taken.some((kind) => kind !== "application/json");
  if (noPage) return null;
  const asked = parameters.filter((one) => one.in !== "header");
  const inputs = asked.map((one) => [one.name, input(one)]);
  const example = operation.requestBody?.content?.["application/json"]?.example;
  const body = example && h("textarea", { dir: "ltr", rows: 6, spellcheck: "false", "aria-label": words().body });
  if (body) body.value = JSON.stringify(example, null, 2);
  const result = h("div", { role: "status" });
  const send = h("button.send", { type: "submit" }, words().send);
  const form = h("form.try", { autocomplete: "off" },
    operation.security?.length !== 0 && tokenField(),
    inputs.map(([name, element]) => h("label", {}, code(name), element)),
    body && h("label", {}, words().body, body),
    method !== "get" && h("p.warn", {}, words().changes),
    send, result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = Object.fromEntries(inputs.map(([name, element]) => [name, element.value.trim()]));
    send.disabled = true;
    result.replaceChildren(h("p.soft", {}, words().sending));
    result.replaceChildren(...(await answer(method, address(path, asked, given), parameters, body?.value)));
    send.disabled = false;
  });
  return section(words().tryIt, form);
}

function tokenField() {
  const field = h("input", { type: "password", dir: "ltr", autocomplete: "off", placeholder: "pv_…" });
  field.value = token;
  field.addEventListener("input", () => { token = field.value.trim(); });
  return h("label", {}, words().token, field, h("small.soft", {}, words().tokenHint));
}

function input(one) {
  if (one.schema.enum || one.schema.type === "boolean") {
    const values = ["", ...(one.schema.enum || ["true", "false"])];
    return h("select", { dir: "ltr" }, values.map((value) => h("option", { value }, value)));
  }
  const placeholder = one.example ?? (one.in === "path" ? one.schema.format : "");
  return h("input", { dir: "ltr", required: one.in === "path", placeholder, spellcheck: "false" });
}

async function answer(method, url, parameters, body) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    try {
      JSON.parse(body);
    } catch {
      return [h("p.warn", {}, words().badBody)];
    }
  }
  if (parameters.some((one) => one.name === "Idempotency-Key")) headers["Idempotency-Key"] = crypto.randomUUID();
  try {
    const response = await fetch(url, { method: method.toUpperCase(), headers, body, credentials: "omit" });
    return shown(response, await response.text(), url);
  } catch {
    return [h("p.warn", {}, words().unreachable)];
  }
}

function shown(response, text, url) {
  let said = [text];
  try {
    said = json(JSON.stringify(JSON.parse(text), null, 2));
  } catch {
    // It is no JSON: as it is.
  }
  const kind = response.ok ? "good" : "bad";
  return [
    h("h3", {}, words().answer, " ", h(`span.status.${kind}`, { dir: "ltr" }, `${response.status} ${response.statusText}`)),
    h("p.soft.sent", { dir: "ltr" }, code(url)),
    text ? h("pre.result", { dir: "ltr", tabindex: "0" }, ...said) : h("p.soft", {}, words().empty),
  ];
}
