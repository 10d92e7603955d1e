import { element } from './dom.js';
import { keyForm } from './key-form.js';
import { RefusalResponse } from './api.js';

/**
 * Fills a region with the result of a promise: a message while it is pending, then the result or
 * the API's error message. A result is dropped if a newer request has replaced it.
 */
export async function fillState(
  region: HTMLElement,
  load: () => Promise<Node>,
  isCurrent: () => boolean,
): Promise<void> {
  region.setAttribute('aria-busy', 'true');
  region.replaceChildren(waiting());
  const shown = await load().catch((error: unknown) => failure(error));
  if (!isCurrent()) return;
  region.replaceChildren(shown);
  region.removeAttribute('aria-busy');
}

/** A message for an empty region, and what to do next. */
export function emptyState(text: string): HTMLElement {
  return element('p', { class: 'nothing' }, text);
}

/** The message shown for an error, with what to do about it where that is to give a key. */
export function failure(error: unknown): HTMLElement {
  const text = error instanceof RefusalResponse ? error.message : 'The page failed. Load it again.';
  const message = element('p', { class: 'failure', role: 'alert' }, text);
  const needsKey = error instanceof RefusalResponse && error.status === 401;
  return needsKey ? element('div', {}, message, keyForm()) : message;
}

function waiting(): HTMLElement {
  return element('p', { class: 'waiting', role: 'status' }, 'Loading…');
}
