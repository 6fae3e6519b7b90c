/** Skills as they are written in one line, and capacities. */
const MOST_CAPACITY = 100_000;

/** With commas of either script between; each once, whatever its case, as the hub keeps them. */
export function skillsOf(line: string): string[] {
  const kept = new Map<string, string>();
  for (const one of line.split(/[,،\n]/)) {
    const skill = one.trim();
    if (skill && !kept.has(skill.toLowerCase())) kept.set(skill.toLowerCase(), skill);
  }
  return [...kept.values()];
}

/** What others can that she cannot yet, most widespread first. */
export function othersSkills(
  all: readonly (readonly string[])[],
  hers: readonly string[],
  most = 8,
): string[] {
  const has = new Set(hers.map((skill) => skill.toLowerCase()));
  const counts = new Map<string, number>();
  for (const skill of all.flat())
    if (!has.has(skill.toLowerCase())) counts.set(skill, (counts.get(skill) ?? 0) + 1);
  return [...counts]
    .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([skill]) => skill);
}

/** Digits of either script; null if it is no capacity. */
export function capacityOf(said: string | number | null): number | null {
  const digits = String(said ?? '')
    .trim()
    .replace(/[٠-٩۰-۹]/g, (one) => String((one.codePointAt(0) ?? 0) & 15));
  const value = Number(digits);
  return /^\d+$/.test(digits) && value <= MOST_CAPACITY ? value : null;
}
