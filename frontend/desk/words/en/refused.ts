/**
 * What the hub refuses, for a person at the desk. Its words serve people and programs alike; where they say what a
 * program should ask, here stands what a person can do instead. All else is said as the hub wrote it.
 */
const LINES: readonly (readonly [RegExp, string])[] = [
  [/^GET \/api\/v1\/agents lists them; it takes one who is active$/, 'choose an agent who is active'],
  [/^GET \/api\/v1\/agents lists them$|^give the agent's id$/, 'choose another agent'],
  [/^GET \/api\/v1\/teams lists them$/, 'choose another team'],
  [/^GET \/api\/v1\/(accounts|dead-events|conversations) lists .*$/, 'look at the list again'],
  [/^GET \S+\/rearrangements lists what was$/, 'look at the list again'],
  [/^GET \S+\/interactions lists what is in it$/, 'choose among what is in it now'],
  [/^GET \S+\?customer=\S+ lists hers$/, 'choose another conversation of hers'],
  [/^GET \S+\/ways lists those there are$/, 'choose another way'],
  [/^GET \S+\?contact_point=… finds whose it is$/, 'find whose it is among the customers'],
  [/^GET \S+\/adapters says what belongs there$/, 'see the help at each field'],
  [/^GET \S+\/templates lists them; (.*)$/, 'choose another; $1'],
  [/; GET \S+ lists them$/, ''],
  [/, and send its version$/, ', and change that'],
  [/: POST \S+\/join with \S+$/, ''],
  [/ in [\da-f-]{36}, or undo the join$/, ' in that one, or undo the join'],
  [/ \(`joined_into`\)/, ''],
  [/^upload it by POST .*$/, 'attach it again; a file waits for a day'],
  [/^send its bytes as the body of the request$/, 'choose another one'],
  [/^take them off first: POST .*$/, 'switch them off first'],
  [/^POST \S+ first$/, 'begin once more'],
  [/; see \/readyz$/, ''],
  [/ look for (\S+) in the logs$/, ' tell an administrator this reference: $1'],
  [/^see docs\/api\.md .*$|^use one of those in the Allow header$/, 'load the page again'],
  [/^give (it|one of these words)\b.* (quotes|brackets)$/, 'load the page again, and try once more'],
  [/^`hub doctor` says how to mend it$/, 'an administrator sees under Health how to mend it'],
  [/^a token of role \w+ may not do this$/, 'your role does not allow this'],
  [/^leave out `text` and `files`$/, 'take away the text and the files'],
  [/^leave out NUL and lone surrogates$/, 'delete it; it may have come with something pasted'],
  [/, without NUL and lone surrogates$/, ''],
  [/, or send a bearer token instead of the cookie$/, ''],
  [/^give the endpoint of .*?; (.*)$/, 'ask whoever runs the hub: $1'],
  [/^is no e-mail address$/, 'this is no e-mail address'],
  [/^give it like mailto:(.*)$/, 'give it like $1'],
  [/^is none$/, 'this is no contact point'],
  [/^give tel:.*$/, 'give a number or an e-mail address'],
  [/^numbers: '([^']*)': /, '$1: '],
  [/, or name the country: region = "IR"/, ''],
  [/ numbers = \["[^"]+"\]/, ''],
  [/^a-z, 0-9/, 'use a-z, 0-9'],
];

export const refused = {
  /** Learn what is refused in the administration alone. Never raises. */
  administration: (): Promise<void> => Promise.resolve(),
  told: (line: string): string | null =>
    LINES.reduce((said, [pattern, words]) => said.replace(pattern, words), line),
};
