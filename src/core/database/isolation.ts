import { problem } from '../errors/problem.js';

/** Isolation levels of PostgreSQL. */
export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

const fromWeakToStrong: readonly Isolation[] = [
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
];

/** Refuses a nested transaction that asks for more isolation than the outer one has. */
export function requireIsolation(outer: Isolation, wanted: Isolation = 'READ COMMITTED'): void {
  if (fromWeakToStrong.indexOf(wanted) <= fromWeakToStrong.indexOf(outer)) return;
  throw problem('misuse', {
    detail: `A nested transaction asks for ${wanted}, but the outer one runs at ${outer}. Begin the outer one at ${wanted}; @Idempotent({ isolation: '${wanted}' }) does so for a request with a key.`,
  });
}
