// A request made of an operation and what stands in its fields.

/** The address with its path and query filled in; `given` holds values by parameter name. */
export function address(path, parameters, given) {
  const filled = path.replace(/\{(\w+)\}/g, (whole, name) => (given[name] ? encodeURIComponent(given[name]) : whole));
  const query = new URLSearchParams();
  for (const { name, in: place } of parameters) {
    if (place === "query" && given[name]) query.set(name, given[name]);
  }
  return query.size ? `${filled}?${query}` : filled;
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The same request for a terminal. The token stands in a variable, so that it does not come into the history. */
export function curl(entry, parameters, origin) {
  const { method, path, operation } = entry;
  const lines = [method === "get" ? "curl" : `curl -X ${method.toUpperCase()}`];
  if (operation.security?.length !== 0) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (parameters.some((one) => one.name === "Idempotency-Key")) lines.push('-H "Idempotency-Key: $(uuidgen)"');
  const example = operation.requestBody?.content?.["application/json"]?.example;
  if (example && Object.keys(example).length) {
    lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(example))}`);
  }
  const [kind] = Object.keys(operation.requestBody?.content || {});
  const uploads = kind === "application/octet-stream";
  if (uploads) lines.push(`-H 'Content-Type: ${kind}'`, "--data-binary @file");
  const given = uploads ? Object.fromEntries(parameters.map((one) => [one.name, one.example])) : {};
  lines.push(quoted(origin + address(path, parameters, given)));
  return lines.join(" \\\n  ");
}
