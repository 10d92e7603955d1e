import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** The running transaction, as TypeORM meets it. */
export interface JoinedTransaction {
  /** Its runner; undefined outside of one. */
  runner(): QueryRunner | undefined;
  /** Leaves it for a moment. */
  outside<T>(work: () => T): T;
}

type Query = (sql: string, parameters?: unknown, runner?: QueryRunner) => Promise<unknown>;
type CreateQueryBuilder = (...args: unknown[]) => unknown;

/**
 * Makes TypeORM's own repositories, entity manager, query builders and `dataSource.query` join the
 * running transaction. A query runner that the application makes stays outside.
 */
export function joinTransactions(dataSource: DataSource, joined: JoinedTransaction): void {
  const source = dataSource as unknown as { query: Query; createQueryBuilder: CreateQueryBuilder };
  const query = source.query.bind(dataSource);
  source.query = (sql, parameters, runner) => query(sql, parameters, runner ?? joined.runner());
  const createQueryBuilder = source.createQueryBuilder.bind(dataSource);
  source.createQueryBuilder = (first, alias, runner) =>
    alias === undefined
      ? createQueryBuilder(first ?? joined.runner())
      : createQueryBuilder(first, alias, runner ?? joined.runner());
  joinManager(dataSource.manager, joined);
}

function joinManager(manager: EntityManager, joined: JoinedTransaction): void {
  Object.defineProperty(manager, 'queryRunner', { configurable: true, get: joined.runner });
  // A repository keeps the runner that it finds when it is made, and is kept for good itself.
  for (const name of ['getRepository', 'getTreeRepository'] as const) {
    const make = manager[name].bind(manager) as (target: unknown) => never;
    manager[name] = ((target: unknown) => joined.outside(() => make(target))) as never;
  }
}
