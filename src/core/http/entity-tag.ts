import { hash } from 'node:crypto';
import { problem } from '../errors/problem.js';

/** Characters of the hash in a tag, 6 bits each. */
const hashLength = 16;

/** A condition of a request: `*`, or the tags it lists (RFC 9110, section 13.1). */
export type ETagCondition = '*' | readonly ListedTag[];

/** A tag that a client sent. Only strong tags are accepted for a change. */
export interface ListedTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

/**
 * The ETag of a response (RFC 9110, section 8.8.3), `"3-9f2c..."`: the version of the entity and a
 * hash of the representation, which changes whenever anything shown in the response changes.
 */
export function entityTag(version: number, representation: string): string {
  return `"${version}-${hash('sha256', representation, 'base64url').slice(0, hashLength)}"`;
}

/**
 * Reads If-Match or If-None-Match; undefined when absent, `invalid_header` when not a list of tags.
 */
export function readCondition(name: string, header: string | undefined): ETagCondition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags: ListedTag[] = [];
  listedTag.lastIndex = 0;
  for (let found = listedTag.exec(header); found; found = listedTag.exec(header)) {
    const [, weak, opaque] = found;
    if (opaque !== undefined) tags.push({ opaque, isWeak: weak !== undefined });
    if (listedTag.lastIndex >= header.length) return tags;
  }
  throw problem('invalid_header', {
    errors: [{ header: name, detail: 'is neither * nor a list of ETags, such as "3-9f2c"' }],
  });
}

/** The versions in tags of this API, `"3-9f2c"` or `"3"`; foreign tags have none. */
export function versionsIn(tags: readonly ListedTag[]): readonly number[] {
  return tags.flatMap(({ opaque }) => {
    const version = /^(0|[1-9]\d{0,14})(?:-|$)/.exec(opaque)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** Whether a condition names a tag; weak and strong tags compare equal (section 8.8.3.2). */
export function lists(condition: ETagCondition, tag: string | undefined): boolean {
  if (condition === '*') return true;
  return condition.some(({ opaque }) => `"${opaque}"` === tag);
}

/** One list element, possibly empty, up to the next comma or the end. */
const listedTag = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/gy;
