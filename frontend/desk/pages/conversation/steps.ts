/** The steps of the plan a decision went through, out of its `reasons`, which is free in form. */
import type { Decision } from '../../hub/shapes/conversations';

export interface Step {
  who: string;
  reason: string;
  agent: string | null;
}

export function stepsOf(decision: Decision): Step[] {
  const steps = decision.reasons['steps'];
  if (!Array.isArray(steps)) return [];
  return (steps as Record<string, unknown>[]).map((step) => ({
    who: String(step['who'] ?? ''),
    reason: String(step['reason'] ?? ''),
    agent: typeof step['agent'] === 'string' ? step['agent'] : null,
  }));
}
