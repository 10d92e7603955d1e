import type { QueryRunner } from 'typeorm';
import { ContextVariable } from './context-variable.js';
import type { Sent } from './statement.js';
import { mayWrite } from './statement.js';
import { noteTypeOrmWrite } from './typeorm-writes.js';

const ownStatements = new ContextVariable<true>();

/** Marks START, SAVEPOINT, COMMIT and ROLLBACK, which are turns themselves and wait for none. */
export function asOwnStatement<T>(work: () => Promise<T>): Promise<T> {
  return ownStatements.run(true, work);
}

/** Whether the requested statement is one of those. */
export function isOwnStatement(): boolean {
  return ownStatements.get() === true;
}

/** Takes the statements of a runner. */
interface StatementTaker {
  noteWrite(): void;
  afterCommit(callback: () => void): void;
  statement(work: () => Promise<unknown>, sent: Sent): Promise<unknown>;
}

/** Makes the statements that TypeORM sends through a runner take their turns like all others. */
export function takeTurns(runner: QueryRunner, taker: () => StatementTaker): void {
  const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
  runner.query = (async (...args: unknown[]) => {
    if (isOwnStatement()) return query(...args);
    const one = taker();
    const text = String(args[0]);
    const sent = { text, mayWrite: mayWrite(text) };
    if (sent.mayWrite) {
      one.noteWrite();
      one.afterCommit(() => noteTypeOrmWrite(runner.dataSource));
    }
    return one.statement(() => query(...args), sent);
  }) as typeof runner.query;
}
