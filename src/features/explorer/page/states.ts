import { element } from './dom.js';
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

/** The message shown for an error. */
export function failure(error: unknown): HTMLElement {
  const text = error instanceof RefusalResponse ? error.message : 'The page failed. Load it again.';
  return element('p', { class: 'failure', role: 'alert' }, text);
}

function waiting(): HTMLElement {
  return element('p', { class: 'waiting', role: 'status' }, 'Loading…');
}
