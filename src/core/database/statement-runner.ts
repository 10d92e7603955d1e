import { never } from '../data-source/limits.js';
import type { CustomTypesConfig, QueryConfig, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import { currentCaller } from './caller.js';
import type { Connections } from './connections.js';
import type { ConstraintFields } from './constraint-fields.js';
import { isLostStatement, isStalePlan, translateDatabaseError } from './database-errors.js';
import { rowTypes, customTypesOf } from './row-types.js';
import { isObserved, notifySqlWrite } from './sql-writes.js';
import type { StatementNames } from './statement-names.js';
import type { Statement } from './statement.js';
import type { Transaction } from './transaction.js';

/** The context a statement runs in. */
export interface Surroundings {
  readonly transaction: Transaction | undefined;
  /** As in `Claim`. */
  readonly key: string | undefined;
  /** Milliseconds after which the client abandons the statement; 0 means never. */
  readonly query: number | undefined;
}

/** How statements are prepared, and which types their rows are read with. */
interface Preparation {
  readonly names: StatementNames;
  readonly dataSource: DataSource;
}

/** Runs statements on the connection of a transaction, or on one from the pool. */
export class StatementRunner {
  readonly #types: CustomTypesConfig;

  constructor(
    private readonly connections: Connections,
    private readonly fields: ConstraintFields,
    private readonly preparation: Preparation,
  ) {
    this.#types = rowTypes(customTypesOf(preparation.dataSource));
  }

  async run(
    statement: Statement,
    values: readonly unknown[],
    surroundings: Surroundings,
    isRetry = false,
  ): Promise<QueryResult> {
    const { transaction, key } = surroundings;
    const config = this.#config(statement, values, surroundings);
    try {
      if (transaction) {
        if (statement.mayWrite) transaction.noteWrite();
        const result = await transaction.statement((client) => client.query(config), statement);
        if (isObserved(statement)) transaction.afterCommit(() => this.#notify(statement));
        return result;
      }
      const result = await this.connections.query({ use: statement.use, key }, config);
      if (statement.mayWrite) currentCaller()?.noteWrite();
      this.#notify(statement);
      return result;
    } catch (error) {
      const isHealed = this.#recover(statement, error);
      // A failed statement has ended the transaction; only the whole can be retried.
      if (!isHealed || isRetry || transaction) {
        const inTransaction = transaction !== undefined;
        const { text: sql, mayWrite } = statement;
        throw translateDatabaseError(error, this.fields, { sql, mayWrite, inTransaction });
      }
    }
    return this.run(statement, values, surroundings, true);
  }

  #notify(statement: Statement): void {
    if (isObserved(statement)) notifySqlWrite(this.preparation.dataSource, statement);
  }

  /** Makes a statement that the server refused to run runnable again, if possible. */
  #recover(statement: Statement, error: unknown): boolean {
    const { names } = this.preparation;
    if (isStalePlan(error)) names.renew(statement);
    else if (isLostStatement(error)) names.switchOff(poolerNoticed);
    else return false;
    return true;
  }

  #config(
    statement: Statement,
    values: readonly unknown[],
    { transaction, query }: Surroundings,
  ): QueryConfig {
    // A transaction limits TypeORM's statements as well, so its connection does it.
    const isLimited = query !== undefined && !transaction;
    return {
      name: this.preparation.names.of(statement),
      text: statement.text,
      values: values as unknown[],
      rowMode: 'array',
      types: this.#types,
      ...(isLimited ? { query_timeout: query || never } : {}),
    } as QueryConfig;
  }
}

const poolerNoticed =
  'A connection pooler between this process and PostgreSQL loses prepared statements.';
