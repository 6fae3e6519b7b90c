/** The accounts of channels, and what can be made one. */
import { get, patch, post, type Page } from '../../../hub/client';
import type { Account, AccountHealth, AdapterKind, Exchange } from '../../../hub/shapes/administration';
import type { Id } from '../../../hub/shapes/people';

export interface NewAccount {
  adapter: string;
  name: string;
  settings: Record<string, string>;
  secrets: Record<string, string>;
  team: Id | null;
}

export interface AccountChange {
  settings?: Record<string, string>;
  /** Null takes one away; those not named stay. */
  secrets?: Record<string, string | null>;
  team?: Id | null;
  active?: boolean;
}

export class Accounts {
  all = $state.raw<readonly Account[] | null>(null);
  kinds = $state.raw<readonly AdapterKind[]>([]);

  async read(): Promise<void> {
    const [accounts, kinds] = await Promise.all([
      get<Page<Account>>('/accounts'),
      get<Page<AdapterKind>>('/adapters'),
    ]);
    [this.all, this.kinds] = [accounts.items, kinds.items];
  }

  kind(adapter: string): AdapterKind | undefined {
    return this.kinds.find((one) => one.name === adapter);
  }

  async make(account: NewAccount, key: string): Promise<Account> {
    return this.#take(await post<Account>('/accounts', account, key));
  }

  async change(id: string, change: AccountChange): Promise<Account> {
    return this.#take(await patch<Account>(`/accounts/${id}`, change));
  }

  async check(id: string): Promise<AccountHealth> {
    const health = await post<AccountHealth>(`/accounts/${id}/check`);
    this.all = (this.all ?? []).map((one) => (one.id === id ? { ...one, health } : one));
    return health;
  }

  exchanges(id: string, cursor: string | null): Promise<Page<Exchange>> {
    return get<Page<Exchange>>(`/accounts/${id}/exchanges`, { limit: 20, cursor });
  }

  #take(account: Account): Account {
    const others = (this.all ?? []).filter((one) => one.id !== account.id);
    this.all = [...others, account].sort((one, other) => (one.id < other.id ? -1 : 1));
    return account;
  }
}
