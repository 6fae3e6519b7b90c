/** Words of offers: a conversation somebody may accept within a little while. */
export const offers = {
  label: 'Offered to you',
  offered: (name: string) => `${name} is offered to you`,
  said: (name: string, key: string) => `${name} is offered to you. Press ${key} to accept.`,
  within: (seconds: string) => `within ${seconds} s`,
  waits: 'It goes out when the connection is back.',
  more: (count: number, shown: string) =>
    count === 1 ? 'One more is offered to you.' : `${shown} more are offered to you.`,
  goneTo: (name: string, holder: string) => `${name} was offered to you and is with ${holder} now.`,
  why: 'away since two offers passed',
  accept: 'Accept',
  decline: 'Decline',
  to: (name: string) => `offered to ${name}`,
  toYou: 'offered to you',
  keys: { accept: 'Accept what is offered to you', decline: 'Decline it' },
  youMissed: 'You let two offers pass, so you are away now and nothing more is offered to you.',
  missed: (name: string) => `${name} let two offers pass and is away now.`,
};
