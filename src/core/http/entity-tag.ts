import { problem } from '../errors/problem.js';

/** The ETag of a version (RFC 9110): `"7"`. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Reads the version of an If-Match header; undefined when it is absent or `*`. */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const version = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  if (version !== undefined) return Number(version);
  throw problem('invalid_header', {
    errors: [{ header: 'If-Match', detail: 'is neither * nor one ETag of this API, such as "7"' }],
  });
}
