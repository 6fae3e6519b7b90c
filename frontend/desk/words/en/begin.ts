/** Words of a hub's first run. */
export const begin = {
  title: 'Let us begin',
  lead: 'Three things, and what your customers write reaches somebody.',
  count: (done: string, all: string) => `${done} of ${all} done`,
  done: 'done',
  steps: {
    team: {
      title: 'Make a team',
      text: 'What comes in at a number goes to its team. One is enough to begin with.',
      does: 'Make a team',
    },
    agent: {
      title: 'Make the agents',
      text: 'Those who answer. Put them into the team, and give each a password.',
      does: 'Make an agent',
    },
    channel: {
      title: 'Connect a channel',
      text: 'A number that customers write to, at Twilio or another provider.',
      does: 'Connect one',
    },
  },
  trial: 'Or try everything first, with pretended phones and without any account:',
  phones: 'Open the sandbox’s phones, and write as a customer',
};
