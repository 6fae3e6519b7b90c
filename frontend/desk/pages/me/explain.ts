/** What the hub refuses about passwords and codes, at the field it is about; null: none of it, let a notice say it. */
import { Problem } from '../../hub/client';
import { duration } from '../../words/format';
import { say } from '../../words/words.svelte';

export interface Said {
  field: 'old' | 'new' | 'code';
  text: string;
}

export function explained(error: unknown): Said | null {
  if (!(error instanceof Problem)) return null;
  const words = say().me;
  if (error.kind === 'wrong-credentials') return { field: 'old', text: words.wrongPassword };
  if (error.kind === 'wrong-code') return { field: 'code', text: say().signing.wrongCode };
  if (error.kind === 'too-many-tries')
    return { field: 'old', text: words.tooMany(duration(error.retryAfter ?? 60)) };
  if (error.kind === 'input-invalid' && error.where === '$.new') return { field: 'new', text: words.guessed };
  return null;
}
