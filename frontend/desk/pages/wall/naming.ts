/** How a customer is called where only her conversation is known. */
import { isolated, named } from '../../design/isolate';
import { plain } from '../../design/plain';
import type { WallConversation } from '../../hub/shapes/wall';
import { address } from '../../words/format';

/** Her name, else her number or address; for the middle of a sentence. */
export const called = (one: WallConversation) =>
  one.customer_name ? named(plain(one.customer_name)) : isolated(plain(address(one.contact_point)));
