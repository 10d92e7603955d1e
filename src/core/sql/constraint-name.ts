import { createHash } from 'node:crypto';

const maxConstraintBytes = 50;
/** PostgreSQL cuts names behind so many bytes, without a word. */
const mostBytes = 63;

/**
 * The name of a constraint, trigger or function of a table: `orders_uuid_uq`. Longer names are
 * cut and closed with a digest, so that they stay within 50 characters, and within what PostgreSQL
 * keeps, and apart from each other.
 */
export function constraintName(table: string, suffix: string): string {
  return shortName(`${table}_${suffix}`);
}

/** A name that is short enough for PostgreSQL and for TypeORM; a longer one ends in its digest. */
export function shortName(name: string): string {
  const characters = [...name];
  if (characters.length <= maxConstraintBytes && Buffer.byteLength(name) <= mostBytes) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const room = mostBytes - digest.length - 1;
  let kept = characters.slice(0, maxConstraintBytes - digest.length - 1);
  while (Buffer.byteLength(kept.join('')) > room) kept = kept.slice(0, -1);
  return `${kept.join('')}_${digest}`;
}
