// The HTTP API: its list, and one operation with all that is said of it.

import { block, code, h, jsonBlock, path, prose, section } from "./dom.js";
import { field, fields, resolved } from "./schema.js";
import { tryIt } from "./try.js";
import { curl } from "./request.js";
import { words } from "./words.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Every operation as an entry of the list. */
export function entries(document) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.filter((method) => methods[method]).map((method) => {
      const operation = methods[method];
      return {
        id: operation.operationId,
        group: operation.tags[0],
        title: operation.summary,
        method,
        path,
        operation,
        text: [method, path, operation.summary, operation.description, operation.operationId, ...operation.tags].join(" "),
      };
    }));
}

export const label = (entry) => [
  h(`span.method.${entry.method}`, { dir: "ltr" }, entry.method.toUpperCase()),
  h("span.where", {}, h("span.said", { lang: "en", dir: "ltr" }, entry.title), path(entry.path.replace(/^\/api\/v1(?=\/)/, ""))),
];

/** One operation, as it stands in the page. */
export function detail(entry, document) {
  const { operation } = entry;
  const parameters = (operation.parameters || []).map((one) => resolved(one, document));
  const responses = Object.entries(operation.responses).map(([status, one]) => [status, resolved(one, document)]);
  const isError = ([, response]) => Boolean(response.content?.["application/problem+json"]);
  return [
    h("h1.said", { lang: "en", dir: "ltr" }, operation.summary),
    h("p.address", { dir: "ltr" }, h(`span.method.${entry.method}`, {}, entry.method.toUpperCase()), " ", path(entry.path)),
    prose(operation.description.replace(/ ?For [^.]*\.$/, "")),  // the roles stand below, each by itself
    roles(operation),
    section(words().parameters, parameters.length && h("ul.fields", { dir: "ltr" }, parameters.map((one) => parameter(one, document)))),
    body(operation, document),
    section(words().asCurl, block(curl(entry, parameters, location.origin)), placesOf(entry)),
    tryIt(entry, parameters),
    section(words().answers, responses.filter((one) => !isError(one)).map((one) => response(one, document))),
    section(words().errors, responses.filter(isError).map((one) => error(one))),
  ];
}

/** What is left to fill in of the command: the places of the path. */
function placesOf(entry) {
  const places = entry.path.match(/\{\w+\}/g);
  return places && h("p.soft", {}, words().fill(places.map((place) => `\u2066${place}\u2069`).join(", ")));
}

function roles(operation) {
  if (operation.security?.length === 0) return h("p.chips", {}, h("span.chip.good", {}, words().open));
  const names = operation["x-roles"] || [];
  return h("p.chips", {}, h("span.soft", {}, words().roles), names.map((name) => h("span.chip", {}, code(name))));
}

function parameter(one, document) {
  const place = one.in === "query" ? one.name : one.in === "path" ? `{${one.name}}` : `${one.name}:`;
  return field({
    name: place, schema: one.schema, required: one.required, document, description: one.description, example: one.example,
  });
}

function body(operation, document) {
  const content = Object.entries(operation.requestBody?.content || {})[0];
  if (!content) return null;
  const [mediaType, { schema, example }] = content;
  const known = schema && Object.keys(schema).length;
  return section(
    words().body,
    h("p.soft", {}, code(mediaType), " · ", operation.requestBody.required ? words().required : words().optional),
    known && fields(schema, document),
    example && Object.keys(example).length ? [h("h3", {}, words().example), jsonBlock(example)] : null,
  );
}

function response([status, one], document) {
  const [mediaType, content] = Object.entries(one.content || {})[0] || [];
  const headers = Object.entries(one.headers || {});
  return h("details.answer", { open: status === "200" || status === "201" },
    h("summary", {}, h("span.status.good", { dir: "ltr" }, status), h("span.said", { lang: "en" }, one.description)),
    mediaType ? h("p.soft", {}, code(mediaType)) : h("p.soft", {}, words().empty),
    content?.example !== undefined && jsonBlock(content.example),
    content?.schema && Object.keys(content.schema).length && mediaType === "application/json"
      ? h("details", {}, h("summary", {}, words().fields), fields(content.schema, document)) : null,
    headers.length ? h("details", {}, h("summary", {}, words().headers),
      h("ul.fields", { dir: "ltr" }, headers.map(([name, header]) =>
        field({ name, schema: header.schema, document, description: header.description, example: header.example })))) : null);
}

function error([status, one]) {
  const examples = Object.values(one.content["application/problem+json"].examples);
  return h("details.answer", {},
    h("summary", {},
      h("span.status.bad", { dir: "ltr" }, status),
      h("span.said", { lang: "en", dir: "ltr" }, examples.map((example) => example.summary).join(" · "))),
    examples.map(({ value }) => jsonBlock(value)));
}
