/** Checks and findings in the order in which somebody should look at them. */
import type { Check, Finding } from '../../../hub/shapes/administration';

const ORDER = { failed: 0, warning: 1, ok: 2, fact: 3 } as const;

/** What is wrong before what is fine, else as it came. */
export function worstFirst<T extends { state: Finding['state'] }>(all: readonly T[]): T[] {
  return [...all].sort((one, other) => ORDER[one.state] - ORDER[other.state]);
}

/** How many findings do not work, and how many are worth a look. */
export function counted(checks: readonly Check[]): { failed: number; warning: number } {
  const states = checks.flatMap((check) => check.findings.map((one) => one.state));
  const count = (state: Finding['state']) => states.filter((one) => one === state).length;
  return { failed: count('failed'), warning: count('warning') };
}
