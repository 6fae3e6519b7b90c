/** The tokens of programs, as they are now. */
import { get, post, remove, type Page } from '../../../hub/client';
import type { MadeToken, Token } from '../../../hub/shapes/administration';
import type { Id, RoleName } from '../../../hub/shapes/people';

export interface NewToken {
  name: string;
  role: RoleName;
  agent?: Id;
  expires_at?: string;
}

export class Tokens {
  all = $state.raw<readonly Token[] | null>(null);

  async read(): Promise<void> {
    this.all = (await get<Page<Token>>('/tokens')).items;
  }

  async make(token: NewToken, key: string): Promise<MadeToken> {
    const made = await post<MadeToken>('/tokens', token, key);
    await this.read();
    return made;
  }

  /** It works no more, at once. */
  async revoke(id: Id): Promise<void> {
    await remove(`/tokens/${id}`);
    await this.read();
  }
}
