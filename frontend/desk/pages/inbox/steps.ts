/** What there must be before a customer's message can reach somebody, in the order in which it is best made. */
import type { Account } from '../../hub/shapes/administration';
import type { Agent, Team } from '../../hub/shapes/people';

type StepName = 'team' | 'agent' | 'channel';
export interface Step {
  name: StepName;
  done: boolean;
  /** Where it is done. */
  to: string;
}

export function stepsOf(
  agents: Iterable<Agent>,
  teams: Iterable<Team>,
  accounts: readonly Pick<Account, 'active'>[],
): Step[] {
  const answers = [...agents].some((one) => one.active && one.role === 'agent');
  return [
    { name: 'team', done: [...teams].length > 0, to: '/administration/teams/new' },
    { name: 'agent', done: answers, to: '/administration/agents/new' },
    { name: 'channel', done: accounts.some((one) => one.active), to: '/administration/accounts/new' },
  ];
}

/** Where the phones of the sandbox are, if an account goes there: never the address of a provider. */
export function sandboxOf(accounts: readonly Pick<Account, 'settings'>[]): string | null {
  for (const { settings } of accounts) {
    const url = URL.canParse(settings['api_url'] ?? '') ? new URL(settings['api_url'] ?? '') : null;
    if (url && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) return url.origin;
  }
  return null;
}
