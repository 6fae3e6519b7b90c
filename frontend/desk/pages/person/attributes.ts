/** Attributes of a customer as a person writes them: what looks like a number or yes/no in JSON is one. */

/** As a field shows it. Lists and objects stay JSON. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What was written, in the kind the value had before; what was no text may become another kind. */
export function read(text: string, before: unknown): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (typeof before === 'string') return trimmed;
  const latin = trimmed.replace(/[٠-٩۰-۹]/g, (one) => String((one.codePointAt(0) ?? 0) & 15));
  if (/^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(latin)) return Number(latin);
  if (latin === 'true' || latin === 'false') return latin === 'true';
  if (typeof before === 'object' && before !== null) return parsed(latin) ?? trimmed;
  return trimmed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // then it is a text
  }
}

/** Fields that changed between two versions and are not those of `mine`: what a colleague did meanwhile. */
export function differing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}
