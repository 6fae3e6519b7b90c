import { plain } from './plain';

/** An address or number inside a sentence, which reads from left to right whatever stands around it (Unicode TR9). */
export const isolated = (text: string) => `\u2066${text}\u2069`;
/** A name inside a sentence: it reads in its own direction, leaves the sentence's alone, and steers nothing. */
export const named = (name: string) => `\u2068${plain(name)}\u2069`;
