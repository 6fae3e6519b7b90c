/** Bringing here what a snapshot of the live connection names. */
import { Away, Problem } from '../hub/client';
import type { Known } from '../hub/live';
import type { Id } from '../hub/shapes/people';
import { AT_ONCE } from './gathered';

interface Here {
  /** What is known of it already; undefined: nothing. */
  version: (id: Id) => number | undefined;
  /** Read every one, page by page. */
  readAll: () => Promise<void>;
  /** Ask for this one soon, until it has come. */
  want: (id: Id) => void;
}

/**
 * Whether all of it is here. Much is read page by page; what that leaves out, also because a page failed, is wanted
 * by its id.
 */
export async function bring(named: readonly Known[], here: Here): Promise<boolean> {
  const missing = () => named.filter((one) => (here.version(one.id) ?? -1) < one.version);
  if (missing().length > AT_ONCE) await here.readAll().catch(unlessAnswered);
  const left = missing();
  left.forEach((one) => here.want(one.id));
  return left.length === 0;
}

function unlessAnswered(error: unknown): void {
  if (!(error instanceof Problem || error instanceof Away)) throw error;
}
