import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { currentCaller } from './caller.js';
import { ofConnection } from './connection-loss.js';
import type { Isolation } from './isolation.js';
import { isOwnStatement } from './own-statements.js';
import { mayWrite } from './statement.js';
import { noteTypeOrmWrite } from './typeorm-writes.js';

/** The running transaction of a `Database`, as TypeORM sees it. */
export interface JoinedTransaction {
  /** Its runner; undefined outside a transaction. */
  runner(): QueryRunner | undefined;
  /** Runs work outside the transaction. */
  outside<T>(work: () => T): T;
  /** Runs work nested in it. */
  nested<T>(work: (manager: EntityManager) => Promise<T>, isolation?: Isolation): Promise<T>;
}

type DataSourceQuery = (
  sql: string,
  parameters?: unknown,
  runner?: QueryRunner,
) => Promise<unknown>;
type Make = (...args: unknown[]) => unknown;

/** Every `Database` of a data source; the one in a transaction is used. */
const joinedBy = new WeakMap<DataSource, JoinedTransaction[]>();

/**
 * Makes TypeORM's own repositories, entity managers, query builders and `dataSource.query` join the
 * running transaction. A query runner created by the application stays outside.
 */
export function joinTransactions(dataSource: DataSource, joined: JoinedTransaction): void {
  const known = joinedBy.get(dataSource);
  if (known) return void known.push(joined);
  const all = [joined];
  joinedBy.set(dataSource, all);
  const running = () => all.find((one) => one.runner() !== undefined);
  joinDataSourceQueries(dataSource, () => running()?.runner());
  joinManager(dataSource.manager, running);
  const source = dataSource as unknown as { createEntityManager: Make };
  const createEntityManager = source.createEntityManager.bind(dataSource);
  source.createEntityManager = (runner) => {
    const manager = createEntityManager(runner) as EntityManager;
    if (runner === undefined) joinManager(manager, running);
    return manager;
  };
}

function joinDataSourceQueries(
  dataSource: DataSource,
  runner: () => QueryRunner | undefined,
): void {
  const source = dataSource as unknown as {
    query: DataSourceQuery;
    createQueryBuilder: Make;
    createQueryRunner: (mode?: unknown) => QueryRunner;
  };
  const query = source.query.bind(dataSource);
  source.query = async (sql, parameters, given) => query(sql, parameters, given ?? runner());
  const createQueryBuilder = source.createQueryBuilder.bind(dataSource);
  source.createQueryBuilder = (first, alias, given) =>
    alias === undefined
      ? createQueryBuilder(first ?? runner())
      : createQueryBuilder(first, alias, given ?? runner());
  const createQueryRunner = source.createQueryRunner.bind(dataSource);
  source.createQueryRunner = (mode) => noting(createQueryRunner(mode), runner);
}

/** Records writes outside the library's transactions, and marks connection errors. */
function noting(made: QueryRunner, running: () => QueryRunner | undefined): QueryRunner {
  const query = made.query.bind(made) as (...args: unknown[]) => Promise<unknown>;
  made.query = (async (...args: unknown[]) => {
    try {
      const result = await query(...args);
      const isJoined = isOwnStatement() || running() === made;
      if (!isJoined && mayWrite(String(args[0]))) {
        currentCaller()?.noteWrite();
        noteTypeOrmWrite(made.dataSource);
      }
      return result;
    } catch (error) {
      throw ofConnection(error);
    }
  }) as typeof made.query;
  return made;
}

function joinManager(manager: EntityManager, running: () => JoinedTransaction | undefined): void {
  let assigned: QueryRunner | undefined;
  Object.defineProperty(manager, 'queryRunner', {
    configurable: true,
    get: () => assigned ?? running()?.runner(),
    set: (runner?: QueryRunner) => {
      assigned = runner;
    },
  });
  nestTransactions(manager, running);
  // A repository keeps the runner it finds when created, and is itself cached forever.
  for (const name of ['getRepository', 'getTreeRepository'] as const) {
    const make = manager[name].bind(manager) as (target: unknown) => never;
    manager[name] = ((target: unknown) =>
      (running()?.outside ?? immediately)(() => make(target))) as never;
  }
}

/** A transaction requested through TypeORM takes its turn as a nested one of the library. */
export function nestTransactions(
  manager: EntityManager,
  running: () => JoinedTransaction | undefined,
): void {
  type Work = (manager: EntityManager) => Promise<unknown>;
  const begin = manager.transaction.bind(manager) as (...args: unknown[]) => Promise<unknown>;
  manager.transaction = ((first: Work | Isolation, second?: Work) => {
    const [isolation, work] = typeof first === 'function' ? [undefined, first] : [first, second!];
    return running()?.nested(work, isolation) ?? begin(first, second);
  }) as typeof manager.transaction;
}

function immediately<T>(work: () => T): T {
  return work();
}
