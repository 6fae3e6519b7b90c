import { common } from './common';
import { shell } from './shell';
import { signing } from './signing';
import { begin } from './begin';
import { inbox } from './inbox';
import { offers } from './offers';
import { thread } from './thread';
import { composer } from './composer';
import { person } from './person';
import { wall } from './wall';
import { customers } from './customers';
import { refused } from './refused';
import { search } from './search';
import { administration } from './administration';
import { agents } from './agents';
import { teams } from './teams';
import { canned } from './canned';
import { tokens } from './tokens';
import { accounts } from './accounts';
import { health } from './health';
import { dead } from './dead';
import { me } from './me';

import type { Words } from '../words.svelte';

export const fa: Words = {
  common,
  shell,
  signing,
  begin,
  inbox,
  offers,
  thread,
  composer,
  person,
  wall,
  customers,
  refused,
  search,
  administration,
  agents,
  teams,
  canned,
  tokens,
  accounts,
  health,
  dead,
  me,
};
