/**
 * The visible table of the administration. A new page of it is a folder beside this file, a line here and its title in
 * `words/…/administration.ts`.
 */
import type { Component } from 'svelte';
import Activity from '@lucide/svelte/icons/activity';
import Cable from '@lucide/svelte/icons/cable';
import FileWarning from '@lucide/svelte/icons/file-warning';
import KeyRound from '@lucide/svelte/icons/key-round';
import MessageSquareQuote from '@lucide/svelte/icons/message-square-quote';
import UserCog from '@lucide/svelte/icons/user-cog';
import UsersRound from '@lucide/svelte/icons/users-round';
import type { RoleName } from '../../hub/shapes/people';
import type { Words } from '../../words/words.svelte';

type SectionName = keyof Words['administration']['sections'];

export interface Section {
  name: SectionName;
  /** What stands in the address: /administration/{path}/{id}. */
  path: string;
  group: keyof Words['administration']['groups'];
  roles: readonly RoleName[];
  icon: Component<{ size?: number; strokeWidth?: number }>;
  load: () => Promise<{ default: Component<{ id: string | null }> }>;
}

const LEADS: readonly RoleName[] = ['supervisor', 'admin'];
const ADMIN: readonly RoleName[] = ['admin'];

export const SECTIONS: readonly Section[] = [
  {
    name: 'agents',
    path: 'agents',
    group: 'people',
    roles: ADMIN,
    icon: UserCog,
    load: () => import('./agents/AgentsPage.svelte'),
  },
  {
    name: 'teams',
    path: 'teams',
    group: 'people',
    roles: ADMIN,
    icon: UsersRound,
    load: () => import('./teams/TeamsPage.svelte'),
  },
  {
    name: 'canned',
    path: 'canned-answers',
    group: 'people',
    roles: LEADS,
    icon: MessageSquareQuote,
    load: () => import('./canned/CannedPage.svelte'),
  },
  {
    name: 'accounts',
    path: 'accounts',
    group: 'connections',
    roles: ADMIN,
    icon: Cable,
    load: () => import('./accounts/AccountsPage.svelte'),
  },
  {
    name: 'tokens',
    path: 'tokens',
    group: 'connections',
    roles: ADMIN,
    icon: KeyRound,
    load: () => import('./tokens/TokensPage.svelte'),
  },
  {
    name: 'health',
    path: 'health',
    group: 'system',
    roles: ADMIN,
    icon: Activity,
    load: () => import('./health/HealthPage.svelte'),
  },
  {
    name: 'dead',
    path: 'dead-events',
    group: 'system',
    roles: ADMIN,
    icon: FileWarning,
    load: () => import('./dead/DeadPage.svelte'),
  },
];
