/** Words did not come, so nothing can be shown: that is said in both languages, and tried again. */

const AGAIN = 3_000;

export function unready(target: HTMLElement): void {
  const said = document.querySelector<HTMLTemplateElement>('#unready');
  if (said) target.replaceChildren(said.content.cloneNode(true));
  target.querySelector('button')?.addEventListener('click', () => location.reload());
  setTimeout(() => void again(), AGAIN);
}

/** By a page loaded anew once the hub is there: browsers need not ask twice for a script that did not come. */
async function again(): Promise<void> {
  const there = await fetch(location.href, { method: 'HEAD', cache: 'no-store' }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (there) location.reload();
  else setTimeout(() => void again(), AGAIN);
}
