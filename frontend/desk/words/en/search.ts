/** Words of the search. */
export const search = {
  title: 'Search',
  label: 'Search customers and messages',
  placeholder: 'A name, a number, words of a message',
  begin: 'Search customers and messages',
  beginText:
    'Write at least two letters. Words are found by how they begin; Persian and Arabic letters and digits count as the same.',
  found: (customers: string, messages: string) => `Customers: ${customers} · Messages: ${messages}`,
  customers: 'Customers',
  messages: 'Messages',
  allCustomers: 'Show all of them',
  more: 'Show more messages',
  nothing: 'Nothing was found',
  nothingText: 'Try fewer words, or only how they begin.',
  failed: 'The search did not work',
  note: 'Note',
  elsewhere: 'In a conversation of another team: opens the customer',
};
