import { element } from './dom.js';
import { Refusal } from './api.js';

/**
 * Fills a region with what a promise brings: a word while it waits, the answer, or the API's own
 * words on why there is none. What a newer question has replaced is dropped.
 */
export async function fill(
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

/** A word for what is not there, and what to do next. */
export function nothing(text: string): HTMLElement {
  return element('p', { class: 'nothing' }, text);
}

/** An error as a reader is told it. */
export function failure(error: unknown): HTMLElement {
  const text = error instanceof Refusal ? error.message : 'The page failed. Load it again.';
  return element('p', { class: 'failure', role: 'alert' }, text);
}

function waiting(): HTMLElement {
  return element('p', { class: 'waiting', role: 'status' }, 'Loading…');
}
