import type { DataSource } from 'typeorm';

const counts = new WeakMap<DataSource, number>();

/**
 * How many writes TypeORM's own repositories, query builders and `query` have committed through a
 * data source, so that cached data about its rows can be forgotten.
 */
export function typeOrmWrites(dataSource: DataSource): number {
  return counts.get(dataSource) ?? 0;
}

/** Counts one more write. */
export function noteTypeOrmWrite(dataSource: DataSource): void {
  counts.set(dataSource, typeOrmWrites(dataSource) + 1);
}
