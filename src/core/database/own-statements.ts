import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryRunner } from 'typeorm';
import { mayWrite } from './statement.js';
import { noteTypeOrmWrite } from './typeorm-writes.js';

const own = new AsyncLocalStorage<true>();

/** Marks START, SAVEPOINT, COMMIT and ROLLBACK, which are turns themselves and wait for none. */
export function asOwnStatement<T>(work: () => Promise<T>): Promise<T> {
  return own.run(true, work);
}

/** Whether the statement that is asked for is one of those. */
export function isOwnStatement(): boolean {
  return own.getStore() === true;
}

/** What takes the statements of a runner. */
interface StatementTaker {
  noteWrite(): void;
  afterCommit(callback: () => void): void;
  statement(work: () => Promise<unknown>): Promise<unknown>;
}

/** Lets the statements that TypeORM sends through a runner take their turns like all others. */
export function takeTurns(runner: QueryRunner, taker: () => StatementTaker): void {
  const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
  runner.query = (async (...args: unknown[]) => {
    if (isOwnStatement()) return query(...args);
    const one = taker();
    if (mayWrite(String(args[0]))) {
      one.noteWrite();
      one.afterCommit(() => noteTypeOrmWrite(runner.dataSource));
    }
    return one.statement(() => query(...args));
  }) as typeof runner.query;
}
