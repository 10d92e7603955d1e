import { hash } from 'node:crypto';
import { problem } from '../errors/problem.js';

/** Characters of the hash in a tag, 6 bits each. */
const hashLength = 16;

/** Either condition of a request: `*`, or the tags it lists (RFC 9110, section 13.1). */
export type Condition = '*' | readonly ListedTag[];

/** A tag that a client sent. Only a strong one is good for a change. */
export interface ListedTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

/**
 * The ETag of an answer (RFC 9110, section 8.8.3), `"3-9f2c..."`: the version of the entity and a
 * hash of the representation, which changes with everything that the answer shows.
 */
export function entityTag(version: number, representation: string): string {
  return `"${version}-${hash('sha256', representation, 'base64url').slice(0, hashLength)}"`;
}

/** Reads If-Match or If-None-Match; undefined when absent, `invalid_header` when it lists no tags. */
export function readCondition(name: string, header: string | undefined): Condition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const tags: ListedTag[] = [];
  listed.lastIndex = 0;
  for (let found = listed.exec(header); found; found = listed.exec(header)) {
    const [, weak, opaque] = found;
    if (opaque !== undefined) tags.push({ opaque, isWeak: weak !== undefined });
    if (listed.lastIndex >= header.length) return tags;
  }
  throw problem('invalid_header', {
    errors: [{ header: name, detail: 'is neither * nor a list of ETags, such as "3-9f2c"' }],
  });
}

/** The versions that tags of this API name, `"3-9f2c"` or `"3"`; tags of others name none. */
export function versionsIn(tags: readonly ListedTag[]): readonly number[] {
  return tags.flatMap(({ opaque }) => {
    const version = /^(0|[1-9]\d{0,14})(?:-|$)/.exec(opaque)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** Whether a condition names a tag; weak and strong ones are alike (section 8.8.3.2). */
export function lists(condition: Condition, tag: string | undefined): boolean {
  if (condition === '*') return true;
  return condition.some(({ opaque }) => `"${opaque}"` === tag);
}

/** One element of a list, which may be empty, up to the next comma or the end. */
const listed = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/gy;
