/** What an agent asks of a conversation: done at once, or awaited where the hub answers that it will be decided. */
import { API, ask, Away, get, Problem } from '../../hub/client';
import type { Conversation, Decision, Obeyed, Pending } from '../../hub/shapes/conversations';
import type { Id } from '../../hub/shapes/people';
import { conversations } from '../../state/conversations.svelte';
import { notices } from '../../state/notices.svelte';
import { say } from '../../words/words.svelte';

const TRIES = 3;
const BETWEEN = 1_500;
const LOOKS = [500, 1_000, 2_000, 3_000, 5_000, 5_000, 5_000];

interface Outcome {
  state: 'pending' | 'done' | 'refused';
  conversation?: Conversation;
  decision?: Decision;
}

/** Taken in, and not decided for a long while. */
class Undecided extends Error {}

const rest = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Raises `Problem` if it is decided against, `Away` if the hub does not answer, `Undecided` if it takes too long. */
export async function command(id: Id, name: string, body: unknown = {}): Promise<Obeyed> {
  const { status, body: said } = await asked(`/conversations/${id}/${name}`, body, crypto.randomUUID());
  const obeyed = status === 202 ? await outcome((said as Pending).outcome) : (said as Obeyed);
  for (const one of [obeyed.conversation, obeyed.other]) if (one) conversations.take(one);
  return obeyed;
}

/** The same key each time: whatever became of the first try, it happens once. */
async function asked(
  path: string,
  body: unknown,
  key: string,
): Promise<{ status: number; body: Obeyed | Pending }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask<Obeyed | Pending>('POST', path, { body, key });
    } catch (error) {
      const passes = error instanceof Away || (error instanceof Problem && error.status >= 500);
      if (!passes || tries >= TRIES) throw error;
      await rest(BETWEEN * tries);
    }
  }
}

async function outcome(path: string): Promise<Obeyed> {
  for (const wait of LOOKS) {
    await rest(wait);
    const known = await get<Outcome>(path.replace(API, ''));
    if (known.state === 'pending') continue;
    const { conversation = null, decision } = known;
    if (known.state === 'refused')
      throw new Problem(409, 'conflict', decision?.sentence ?? '', null, null, null);
    return { conversation, decision: decision as Decision };
  }
  throw new Undecided();
}

/** What went wrong. */
export function tell(error: unknown): void {
  if (error instanceof Undecided) notices.add('news', say().thread.undecided);
  else notices.failed(error);
}

/** Do it, and tell what came of it. */
export async function done(doing: () => Promise<unknown>, said?: string): Promise<boolean> {
  try {
    await doing();
    if (said) notices.add('good', said);
    return true;
  } catch (error) {
    tell(error);
    return false;
  }
}
