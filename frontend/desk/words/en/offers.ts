/** Words of offers: a conversation somebody may accept within a little while. */
export const offers = {
  label: 'Offered to you',
  offered: (name: string) => `${name} is offered to you`,
  said: (name: string, key: string) => `${name} is offered to you. Press ${key} to accept.`,
  within: (seconds: string) => `within ${seconds} s`,
  accept: 'Accept',
  decline: 'Decline',
  to: (name: string) => `offered to ${name}`,
  toYou: 'offered to you',
  keys: { accept: 'Accept what is offered to you', decline: 'Decline it' },
  youMissed: 'You let two offers pass, so you are away now and nothing more is offered to you.',
  missed: (name: string) => `${name} let two offers pass and is away now.`,
};
