/**
 * Where the corner stands with what comes by itself: in the page, or in the dialog that is open, since then the browser
 * lets nobody reach anything outside.
 */
let corner: HTMLElement | undefined;
let home: HTMLElement | null = null;

/** The corner is there; ends when the answer is called. */
export function stand(element: HTMLElement): () => void {
  corner = element;
  home = element.parentElement;
  follow();
  return () => (corner = undefined);
}

/** A dialog has opened or closed. */
export function follow(): void {
  if (!corner) return;
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  if (dialog && corner.parentElement !== dialog) dialog.prepend(corner);
  else if (!dialog && corner.parentElement !== home) home?.append(corner);
}
