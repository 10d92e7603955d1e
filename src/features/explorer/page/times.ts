import { element } from './dom.js';

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The time zone of the browser, in which the page shows times. */
export const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An instant as the reader's clock showed it; to the millisecond on hovering over it. */
export function timeElement(instant: string): HTMLElement {
  return element('time', { datetime: instant, title: instant }, format.format(new Date(instant)));
}
