import type { DataSource } from 'typeorm';

const counts = new WeakMap<DataSource, number>();

/**
 * How many writes TypeORM itself has sent and committed through a data source, so that what is kept
 * in memory of its rows can be forgotten: its repositories, query builders and `query`.
 */
export function typeOrmWrites(dataSource: DataSource): number {
  return counts.get(dataSource) ?? 0;
}

/** Counts one more. */
export function noteTypeOrmWrite(dataSource: DataSource): void {
  counts.set(dataSource, typeOrmWrites(dataSource) + 1);
}
