/**
 * The words of the desk. Messages are TypeScript, one file a page and language: a missing one does not compile,
 * a plural is a function, and the other language is loaded only when somebody wants it.
 */
import { en } from './en';

export type Words = typeof en;
export type Language = 'en' | 'fa';
export const LANGUAGES: readonly Language[] = ['en', 'fa'];
const DIRECTIONS = { en: 'ltr', fa: 'rtl' } as const;

const KEPT = 'peyvand.language';

class Speech {
  language = $state<Language>('en');
  words = $state.raw<Words>(en);

  /** Speak this language from now on, also at the next visit with this browser. */
  async use(language: Language): Promise<void> {
    this.words = language === 'fa' ? (await import('./fa')).fa : en;
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
