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
  const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? home;
  if (corner.parentElement !== place) place?.append(corner);
}
