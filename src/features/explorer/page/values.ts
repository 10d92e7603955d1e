import { element } from './dom.js';
import { readUuid } from './links.js';

/** Texts of up to so many characters are shown whole. */
const shownLength = 240;
/** What of the equal beginning of two long texts is shown before they differ. */
const lead = 40;

/** The half of a character outside of the basic plane that a cut may leave at either end. */
const halves = /^[\udc00-\udfff]|[\ud800-\udbff]$/g;

/** The text of a value; undefined for values that have no text of their own. */
function textOf(value: unknown): string | undefined {
  if (value === null || value === '') return undefined;
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}

/**
 * Shows a value: a public id as a link, and of a long text the part where it begins to differ from
 * the `other` one, with a way to see the whole.
 */
export function valueElement(value: unknown, other?: unknown): HTMLElement {
  const text = textOf(value);
  if (text === undefined) return word(value === null ? 'null' : 'empty text');
  const uuid = typeof value === 'string' ? readUuid(value) : undefined;
  if (uuid) return element('a', { href: `#${uuid}` }, element('code', {}, text));
  const kind = typeof value === 'object' ? 'value json' : 'value';
  if (text.length <= shownLength) return element('span', { class: kind }, text);
  return longText(text, kind, firstDifference(text, textOf(other) ?? ''));
}

/** A word of the page's own, which no value can be mistaken for. */
function word(text: string): HTMLElement {
  return element('em', { class: 'word' }, text);
}

function longText(text: string, kind: string, difference: number): HTMLElement {
  const start = Math.max(0, Math.min(difference - lead, text.length - shownLength));
  const part = text.slice(start, start + shownLength).replaceAll(halves, '');
  const end = start + shownLength < text.length ? '…' : '';
  const excerpt = element('span', { class: kind }, `${start > 0 ? '…' : ''}${part}${end}`);
  const note = element('span', { class: 'words' }, ` all ${text.length} characters`);
  const whole = element('div', { class: `whole ${kind}`, tabindex: 0 });
  const made = element('details', {}, element('summary', {}, excerpt, note), whole);
  made.addEventListener('toggle', () => whole.replaceChildren(made.open ? text : ''));
  return made;
}

/** Where two texts begin to differ; the beginning, if they do not. */
function firstDifference(text: string, other: string): number {
  for (let at = 0; at < text.length; at++) if (text[at] !== other[at]) return at;
  return 0;
}
