/** Words of the page of the hub's own health. */
export const health = {
  title: 'Health',
  lead: 'What “hub doctor” sees, from the process that serves this page.',
  look: 'Look again',
  looking: 'Every connection is being tried…',
  at: (when: string) => `Seen ${when}`,
  version: (version: string) => `Peyvand ${version}`,
  states: { ok: 'Good', warning: 'Worth a look', failed: 'Does not work' },
  verdicts: {
    ok: 'All is well',
    warning: 'It works; something is worth a look',
    failed: 'Something does not work',
  },
  failures: (count: number, said: string) => `${said} ${count === 1 ? 'does' : 'do'} not work`,
  warnings: (_: number, said: string) => `${said} worth a look`,
  checks: {
    database: 'Database',
    broker: 'Broker',
    redis: 'Redis',
    work: 'Work',
    providers: 'Providers',
    people: 'People',
    data_folder: 'Data folder',
    restores: 'Restores',
    web: 'This process',
  } as Record<string, string>,
  nothing: 'There is nothing to say.',
  mend: 'What to do',
  links: {
    work: { to: '/administration/dead-events', label: 'To the dead events' },
    providers: { to: '/administration/accounts', label: 'To the accounts' },
    people: { to: '/administration/agents', label: 'To the agents' },
  } as Record<string, { to: string; label: string }>,
  /** A line of the hub's in this language; null if it is not known here. */
  told: (line: string): string | null => line,
};
