import { untrack } from 'svelte';
import { me } from '../state/me.svelte';

/**
 * Keys. A page says which it has while it is there; `?` lists them all. A key without Ctrl or Alt is not taken while
 * somebody writes, and never while a dialog or menu is open.
 */
interface Key {
  /** As `KeyboardEvent.key` has it; `mod+Enter` with Ctrl or Cmd, `g i` one after the other. */
  key: string;
  says: string;
  run: () => void;
  /** Also while somebody writes. */
  writing?: boolean;
  /** Also while a dialog or menu is open. */
  everywhere?: boolean;
  /** Not again for as long as it is held down. */
  once?: boolean;
}

const SEQUENCE = 1_000;

class Keys {
  shown = $state(false);
  all = $state.raw<readonly (readonly Key[])[]>([]);
  #before = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Have these keys until the answer is called; in an effect, return it. */
  use(keys: readonly Key[]): () => void {
    // Untracked: whoever brings keys in an effect does not depend on everybody else's.
    this.all = untrack(() => [...this.all, keys]);
    return () => {
      this.all = untrack(() => this.all.filter((one) => one !== keys));
    };
  }

  /** What each key does, where two have the same the later one; several that do the same in one line. */
  get heard(): readonly { says: string; keys: readonly string[] }[] {
    const meant = new Map(this.all.flat().map((one) => [one.key, one.says]));
    const lines = new Map<string, string[]>();
    for (const [key, says] of meant) lines.set(says, [...(lines.get(says) ?? []), key]);
    return [...lines].map(([says, keys]) => ({ says, keys }));
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const name = this.#name(event);
    if (name === null) return;
    const found = this.#find(name, writes(event.target));
    if (!found || (!found.everywhere && document.querySelector('dialog[open], :popover-open'))) return;
    event.preventDefault();
    if (!(found.once && event.repeat)) found.run();
  }

  #name(event: KeyboardEvent): string | null {
    if (event.altKey || ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)) return null;
    const key = latin(event);
    return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
  }

  #find(name: string, writing: boolean): Key | undefined {
    const sequence = this.#before ? `${this.#before} ${name}` : name;
    clearTimeout(this.#timer);
    const known = this.all.toReversed().flat();
    const usable = known.filter((key) => (!writing || key.writing) && (me.singleKeys || !isSingle(key.key)));
    const found = usable.find((key) => key.key === sequence) ?? usable.find((key) => key.key === name);
    const begins = !found && !writing && usable.some((key) => key.key.startsWith(`${name} `));
    this.#before = begins ? name : '';
    this.#timer = setTimeout(() => (this.#before = ''), SEQUENCE);
    return found;
  }
}

/** Letters, digits and signs by themselves or one after another; not Ctrl, Escape, F8. */
const isSingle = (key: string) => key.split(' ').every((part) => part.length === 1);

/** The key's Latin letter also while the keyboard writes Persian: on such a layout `j` is `ت`. */
function latin({ key, code, shiftKey }: KeyboardEvent): string {
  if (key.length > 1 || key <= '~') return key;
  if (key === '؟') return '?';
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter ? (shiftKey ? letter : letter.toLowerCase()) : key;
}

function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}

export const keys = new Keys();
