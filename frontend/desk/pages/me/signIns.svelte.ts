/** Where she is signed in. */
import { Away, get, Problem, remove, type Page } from '../../hub/client';
import type { Id, SignIn } from '../../hub/shapes/people';

class SignIns {
  all = $state.raw<readonly SignIn[] | null>(null);
  failed = $state(false);

  async look(): Promise<void> {
    this.failed = false;
    try {
      this.all = (await get<Page<SignIn>>('/me/sign-ins')).items;
    } catch (error) {
      if (!(error instanceof Problem || error instanceof Away)) throw error;
      this.failed = true;
    }
  }

  /** One that has ended meanwhile is ended as well. */
  async end(id: Id): Promise<void> {
    try {
      await remove(`/me/sign-ins/${id}`);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) throw error;
    }
    this.all = this.all?.filter((one) => one.id !== id) ?? null;
  }

  async endOthers(): Promise<void> {
    for (const one of this.all ?? []) if (!one.current) await this.end(one.id);
  }
}

export const signIns = new SignIns();
