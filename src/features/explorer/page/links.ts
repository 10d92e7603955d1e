import type { EntityResponse } from './api.js';
import { element } from './dom.js';

const uuidText = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads a public id; returns undefined for any other text. */
export function readUuid(text: string): string | undefined {
  const trimmed = text.trim();
  return uuidText.test(trimmed) ? trimmed.toLowerCase() : undefined;
}

/** Decodes a part of an address; returns it unchanged if a `%` in it escapes nothing. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The first group of a public id, for places where the whole id does not fit. */
export function shortened(text: string): string {
  return `${text.slice(0, 8)}…`;
}

/** A hue for a kind of entity, the same on every page. */
export function hueOf(type: string): number {
  return [...type].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)!) % 360, 7);
}

/** The name of a kind with its color. Color never carries information alone. */
export function badge(type: string): HTMLElement {
  return element('span', { class: 'badge', 'data-hue': Math.round(hueOf(type) / 30) % 12 }, type);
}

/** A link that opens an entity on this page. */
export function entityLink({ uuid: id, type, status, name }: EntityResponse): HTMLElement {
  return element(
    'a',
    { href: `#${id}`, class: 'entity' },
    badge(type),
    name ? element('span', { class: 'name' }, name) : null,
    element('code', {}, id),
    status === 'active' ? null : element('span', { class: 'status' }, status),
  );
}
