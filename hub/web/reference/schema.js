// JSON Schema as a person reads it: fields with types and limits, nested ones behind a fold.

import { code, h, prose } from "./dom.js";
import { words } from "./words.js";

/** What `$ref` refers to within the document. */
export function resolved(what, document) {
  let found = what;
  while (found?.$ref) {
    const steps = found.$ref.slice(2).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    found = steps.reduce((at, step) => at?.[step], document);
  }
  return found || {};
}

const isNull = (schema) => schema.type === "null";

/** A schema without `null` and with `allOf` put together; and whether null was in it. */
function bare(schema, document) {
  const found = resolved(schema, document);
  if (found.allOf) {
    const parts = found.allOf.map((part) => resolved(part, document));
    const properties = parts.reduce((all, part) => ({ ...all, ...part.properties }), {});
    return { schema: { ...parts[0], ...found, allOf: undefined, properties }, nullable: false };
  }
  const choices = found.anyOf || found.oneOf;
  if (!choices || found.properties) return { schema: found, nullable: false };
  const real = choices.filter((choice) => !isNull(resolved(choice, document)));
  const nullable = real.length < choices.length;
  if (real.length === 1) return { schema: { ...resolved(real[0], document), ...described(found) }, nullable };
  return { schema: { ...found, choices: real }, nullable };
}

const described = (schema) => (schema.description ? { description: schema.description } : {});

/** The type in words, such as `list of Conversation or null`. */
function type(given, document) {
  const { schema, nullable } = bare(given, document);
  const said = kind(schema, document);
  return nullable ? [said, " ", words().nullable] : [said];
}

function kind(schema, document) {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.flatMap((one, n) => [n ? ` ${words().or} ` : "", code(JSON.stringify(one))]);
  if (schema.choices) {
    return schema.choices.flatMap((one, n) => [n ? ` ${words().or} ` : "", ...type(one, document)]);
  }
  if (schema.type === "array") return [words().list, " ", ...(schema.items ? type(schema.items, document) : [words().any])];
  if (schema.title && schema.properties) return code(schema.title);
  return code(schema.format ? `${schema.type} (${schema.format})` : schema.type || words().any);
}

function limits({ schema }) {
  const said = [];
  if (schema.minLength != null || schema.maxLength != null) said.push(words().length(schema.minLength, schema.maxLength));
  if (schema.minimum != null && schema.maximum != null) said.push(words().range(schema.minimum, schema.maximum));
  return said;
}

/** The object whose fields are worth unfolding: the schema itself, or what its list holds. */
function inner(given, document) {
  const { schema } = bare(given, document);
  const found = schema.type === "array" && schema.items ? bare(schema.items, document).schema : schema;
  return found.properties && Object.keys(found.properties).length ? found : null;
}

/** Every field of an object, each with what it is; objects within it fold out. */
export function fields(given, document, depth = 0) {
  const found = inner(given, document);
  if (!found) return [h("p", {}, type(given, document))];
  const required = new Set(found.required || []);
  const rows = Object.entries(found.properties).map(([name, schema]) =>
    field({ name, schema, required: required.has(name), document, depth }));
  return [h("ul.fields", { dir: "ltr" }, rows)];
}

/** One field or parameter. */
export function field({ name, schema, required, document, depth = 0, description, example }) {
  const known = bare(schema, document);
  const said = description || known.schema.description;
  const within = depth < 5 && inner(schema, document);
  const more = [
    ...limits(known),
    schema.default != null && [`${words().default}: `, code(JSON.stringify(schema.default))],
    example != null && [`${words().example}: `, code(String(example))],
  ].filter(Boolean);
  return h("li", {},
    h("div.field", {},
      h("span.name", {}, code(name)),
      h("span.type", {}, type(schema, document)),
      required && h("span.must", {}, words().required)),
    !within && prose(said),
    more.length ? h("p.soft.more", {}, more.flatMap((one, n) => [n ? " · " : "", h("bdi", {}, one)])) : null,
    within && h("details", {}, h("summary", {}, words().fields), prose(said), fields(schema, document, depth + 1)));
}
