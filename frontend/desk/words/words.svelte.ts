/**
 * The words of the desk. Messages are TypeScript, one file a page and language: a missing one does not compile,
 * a plural is a function, and of the languages only the one that is spoken is loaded.
 */
import { Away } from '../hub/client';
import type { en } from './en';

export type Words = typeof en;
export type Language = 'en' | 'fa';
export const LANGUAGES: readonly Language[] = ['en', 'fa'];
const DIRECTIONS = { en: 'ltr', fa: 'rtl' } as const;
const LOADS: Record<Language, () => Promise<Words>> = {
  en: async () => (await import('./en')).en,
  fa: async () => (await import('./fa')).fa,
};

const KEPT = 'peyvand.language';

class Speech {
  language = $state<Language>('en');
  #words = $state.raw<Words>();

  /** Nothing is shown before a language is spoken. */
  get words(): Words {
    if (!this.#words) throw new Error('no language is spoken yet');
    return this.#words;
  }

  /** The one that is not spoken now. */
  get other(): Language {
    return this.language === 'en' ? 'fa' : 'en';
  }

  /** Have the words of a language here; raises `Away` if they do not come. */
  async learn(language: Language): Promise<Words> {
    try {
      return await LOADS[language]();
    } catch (cause) {
      throw new Away(`the words of ${language} did not come`, { cause });
    }
  }

  /** Speak this language from now on, also at the next visit with this browser; raises as `learn` does. */
  async use(language: Language): Promise<void> {
    this.#words = await this.learn(language);
    this.language = language;
    document.documentElement.lang = language;
    document.documentElement.dir = DIRECTIONS[language];
    localStorage.setItem(KEPT, language);
  }

  /** The language of the last visit, else the browser's. */
  remembered(): Language {
    const kept = localStorage.getItem(KEPT) ?? navigator.language.slice(0, 2);
    return kept === 'fa' ? 'fa' : 'en';
  }
}

export const speech = new Speech();

/** The words in the language spoken now; asked for in a template, it follows a change. */
export function say(): Words {
  return speech.words;
}
