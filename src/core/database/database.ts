import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { CustomTypesConfig, Pool, QueryResult } from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { checkDataSourceOptions } from '../data-source/data-source-options.js';
import type { DualIdModuleOptions } from '../module/dual-id-options.js';
import { DUAL_ID_OPTIONS } from '../module/dual-id-options.js';
import { problem } from '../errors/problem.js';
import { ConstraintFields } from './constraint-fields.js';
import { isStalePlan, translateDatabaseError } from './database-errors.js';
import { rowTypes } from './row-types.js';
import type { Statement } from './statement.js';
import { statement as prepared } from './statement.js';
import type { Isolation } from './transaction.js';
import { Transaction } from './transaction.js';

/** Settings of PostgreSQL by name, such as `app.tenant`. */
export type Settings = Readonly<Record<string, string>>;

/** What statements run in: a transaction, settings, or both. */
interface Scope {
  readonly transaction?: Transaction;
  readonly settings?: Settings;
}

/** A row as the driver gives it when columns are read by position. */
export type Row = readonly unknown[];

/**
 * The one door to the database. Every statement of the library goes through it, joins the
 * transaction it runs in, and fails with an error of the table of codes, never with SQL.
 */
@Injectable()
export class Database {
  readonly #scope = new AsyncLocalStorage<Scope>();
  readonly #pool: Pool;
  readonly #prepare: boolean;
  readonly #fields: ConstraintFields;
  readonly #types: CustomTypesConfig;
  /** How often a statement had to be prepared anew because a table changed under it. */
  readonly #generations = new Map<string, number>();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(DUAL_ID_OPTIONS) options: DualIdModuleOptions,
  ) {
    checkDataSourceOptions(dataSource.options);
    this.#pool = (dataSource.driver as unknown as { master: Pool }).master;
    this.#prepare = options.preparedStatements ?? true;
    this.#fields = new ConstraintFields(dataSource.entityMetadatas);
    const { extra } = dataSource.options as { extra?: { types?: CustomTypesConfig } };
    this.#types = rowTypes(extra?.types);
  }

  /** True inside `transaction`. */
  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /** True where a statement may be shared with other callers: no transaction, no settings. */
  get mayShare(): boolean {
    return this.#scope.getStore() === undefined;
  }

  /** TypeORM's entity manager: the transaction's inside one, the data source's outside. */
  get manager(): EntityManager {
    return this.#transaction?.manager ?? this.dataSource.manager;
  }

  /** Runs a statement and answers its rows by position. */
  async rows(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const result = await this.#run(statement, values);
    return result.rows as unknown as readonly Row[];
  }

  /** Runs a statement and answers how many rows it touched. */
  async execute(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    const result = await this.#run(statement, values);
    return result.rowCount ?? 0;
  }

  /**
   * Runs work in a transaction, or behind a savepoint when one is running already, which must be
   * at least as isolated. Everything of the library that is called inside joins it. Errors at
   * commit are translated like all others; `concurrent_change` means that the whole work may be
   * tried again.
   */
  async transaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    isolation?: Isolation,
  ): Promise<T> {
    const outer = this.#transaction;
    try {
      if (!outer) return await this.#begin(work, isolation);
      return await outer.nested((part) => this.#within(part, work), isolation);
    } catch (error) {
      throw translateDatabaseError(error, this.#fields);
    }
  }

  /**
   * Every transaction that begins inside the work starts with these settings, which end with it;
   * a statement outside of one gets a transaction of its own. Poolers keep nothing of them.
   */
  withSettings<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
    const scope = this.#scope.getStore();
    return this.#scope.run({ ...scope, settings: { ...scope?.settings, ...settings } }, work);
  }

  /**
   * Calls back once the running transaction is committed, or at once outside of one. What was
   * registered behind a savepoint that is rolled back is never called.
   */
  afterCommit(callback: () => void): void {
    const transaction = this.#transaction;
    if (transaction) transaction.afterCommit(callback);
    else callback();
  }

  /** Turns an error of TypeORM or the driver into one of the table of codes. */
  translate(error: unknown): unknown {
    return translateDatabaseError(error, this.#fields);
  }

  async #begin<T>(work: (manager: EntityManager) => Promise<T>, isolation?: Isolation): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const { isolationLevel } = this.dataSource.options as { isolationLevel?: Isolation };
    const transaction = await Transaction.begin(runner, isolation, isolationLevel).catch(
      async (error: unknown) => {
        await runner.release();
        throw error;
      },
    );
    try {
      const result = await this.#within(transaction, async (manager) => {
        await this.#applySettings();
        return work(manager);
      });
      await transaction.commit();
      return result;
    } catch (error) {
      const isLost = transaction.isLost;
      await transaction.rollback();
      throw isLost ? problem('unavailable', { cause: error }) : error;
    } finally {
      await transaction.release();
    }
  }

  get #transaction(): Transaction | undefined {
    return this.#scope.getStore()?.transaction;
  }

  #within<T>(transaction: Transaction, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const scope = { ...this.#scope.getStore(), transaction };
    return this.#scope.run(scope, () => work(transaction.manager));
  }

  async #applySettings(): Promise<void> {
    const settings = this.#scope.getStore()?.settings;
    if (settings) await this.#run(applySettings, [Object.keys(settings), Object.values(settings)]);
  }

  async #run(
    statement: Statement,
    values: readonly unknown[],
    isRetry = false,
  ): Promise<QueryResult> {
    const { transaction, settings } = this.#scope.getStore() ?? noScope;
    if (!transaction && settings) {
      return this.transaction(() => this.#run(statement, values));
    }
    try {
      return await (transaction?.client ?? this.#pool).query(this.#query(statement, values));
    } catch (error) {
      const isStale = isStalePlan(error);
      if (isStale) this.#renew(statement);
      // A failed statement has ended the transaction; only the whole can be tried again.
      if (!isStale || isRetry || transaction) {
        throw translateDatabaseError(error, this.#fields, statement.text);
      }
    }
    return this.#run(statement, values, true);
  }

  #query({ name, text }: Statement, values: readonly unknown[]) {
    const generation = this.#generations.get(name);
    return {
      name: this.#prepare ? (generation === undefined ? name : `${name}_${generation}`) : undefined,
      text,
      values: values as unknown[],
      rowMode: 'array',
      types: this.#types,
    };
  }

  #renew({ name }: Statement): void {
    this.#generations.set(name, (this.#generations.get(name) ?? 0) + 1);
  }
}

const noScope: Scope = {};

const applySettings = prepared(
  `SELECT set_config(name, value, true)
   FROM unnest($1::text[], $2::text[]) AS setting (name, value)`,
);
