import type { PageResponse } from './api.js';
import { element } from './dom.js';
import { failure } from './states.js';

/** A button that appends the next page to a list, as long as there is one. */
export function moreButton(
  label: string,
  list: HTMLElement,
  nextCursor: string | null,
  read: (after: string) => Promise<PageResponse<HTMLElement>>,
): HTMLElement | null {
  if (nextCursor === null) return null;
  const button = element('button', { type: 'button', class: 'more' }, label);
  const message = element('div', {});
  let after = nextCursor;
  const go = async () => {
    const next = await read(after);
    list.append(...next.items);
    focusOn(next.items[0]);
    if (next.nextCursor === null) button.remove();
    else after = next.nextCursor;
  };
  button.addEventListener('click', () => {
    // A second click while the page is on its way would append it twice.
    if (list.ariaBusy === 'true') return;
    list.ariaBusy = 'true';
    message.replaceChildren();
    void go()
      .catch((error: unknown) => message.replaceChildren(failure(error)))
      .finally(() => list.removeAttribute('aria-busy'));
  });
  return element('div', {}, button, message);
}

/** Reading goes on where the new items begin. */
function focusOn(item: HTMLElement | undefined): void {
  item?.setAttribute('tabindex', '-1');
  item?.focus();
}
