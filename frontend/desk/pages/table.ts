/** The visible table of the desk's pages. A new page is a folder beside this file and a line here. */
import type { Component } from 'svelte';
import type { RoleName } from '../hub/shapes/people';

export interface PageLine {
  pattern: string;
  roles: readonly RoleName[];
  load: () => Promise<{ default: Component<{ parts: Record<string, string> }> }>;
}

const DESK: readonly RoleName[] = ['agent', 'supervisor', 'admin'];
const LEADS: readonly RoleName[] = ['supervisor', 'admin'];
const ALL: readonly RoleName[] = ['agent', 'supervisor', 'marketer', 'admin'];

export const PAGES: readonly PageLine[] = [
  { pattern: '/inbox/:view?/:id?', roles: DESK, load: () => import('./inbox/InboxPage.svelte') },
  { pattern: '/customers/:id?', roles: ALL, load: () => import('./customers/CustomersPage.svelte') },
  { pattern: '/wall', roles: ['supervisor', 'admin'], load: () => import('./wall/WallPage.svelte') },
  { pattern: '/search', roles: DESK, load: () => import('./search/SearchPage.svelte') },
  {
    pattern: '/administration/:section?/:id?',
    roles: LEADS,
    load: () => import('./administration/AdministrationPage.svelte'),
  },
  { pattern: '/me', roles: ALL, load: () => import('./me/MyPage.svelte') },
];

/** Where somebody of this role begins. */
export function home(role: RoleName): string {
  return role === 'marketer' ? '/customers' : '/inbox';
}
