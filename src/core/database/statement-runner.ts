import { never } from '../data-source/limits.js';
import type { CustomTypesConfig, QueryConfig, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import { currentCaller } from './caller.js';
import type { Connections } from './connections.js';
import type { ConstraintFields } from './constraint-fields.js';
import { isLostStatement, isStalePlan, translateDatabaseError } from './database-errors.js';
import { rowTypes, typesOf } from './row-types.js';
import { isToldOf, tellSqlWrite } from './sql-writes.js';
import type { StatementNames } from './statement-names.js';
import type { Statement } from './statement.js';
import type { Transaction } from './transaction.js';

/** What a statement runs in. */
export interface Surroundings {
  readonly transaction: Transaction | undefined;
  /** As in `Claim`. */
  readonly key: string | undefined;
  /** Milliseconds after which the client gives the statement up; 0 is never. */
  readonly query: number | undefined;
}

/** How statements are prepared, and whose rows they read. */
interface Preparation {
  readonly names: StatementNames;
  readonly dataSource: DataSource;
}

/** Runs statements on the connection of a transaction, or on one of the pool. */
export class StatementRunner {
  readonly #types: CustomTypesConfig;

  constructor(
    private readonly connections: Connections,
    private readonly fields: ConstraintFields,
    private readonly preparation: Preparation,
  ) {
    this.#types = rowTypes(typesOf(preparation.dataSource));
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
        const result = await transaction.statement((client) => client.query(config));
        if (isToldOf(statement)) transaction.afterCommit(() => this.#tell(statement));
        return result;
      }
      const result = await this.connections.query({ use: statement.use, key }, config);
      if (statement.mayWrite) currentCaller()?.noteWrite();
      this.#tell(statement);
      return result;
    } catch (error) {
      const isHealed = this.#heal(statement, error);
      // A failed statement has ended the transaction; only the whole can be tried again.
      if (!isHealed || isRetry || transaction) {
        const inTransaction = transaction !== undefined;
        const { text: sql, mayWrite } = statement;
        throw translateDatabaseError(error, this.fields, { sql, mayWrite, inTransaction });
      }
    }
    return this.run(statement, values, surroundings, true);
  }

  #tell(statement: Statement): void {
    if (isToldOf(statement)) tellSqlWrite(this.preparation.dataSource, statement);
  }

  /** Sees to it that a statement which the server refused to run can be run again. */
  #heal(statement: Statement, error: unknown): boolean {
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
    // A transaction limits the statements of TypeORM as well, so its connection does.
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

const poolerNoticed = 'A connection pooler between here and PostgreSQL loses prepared statements.';
