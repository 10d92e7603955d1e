import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { Pool, QueryResult } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from './data-source.provider.js';
import { checkDataSourceOptions } from '../data-source/data-source-options.js';
import type { Use } from '../data-source/lanes.js';
import type { ConnectionSettings, DatabaseLimits } from '../data-source/limits.js';
import { connectionSettingsOf, isLimitedAlone } from '../data-source/limits.js';
import { listenToClients } from '../data-source/listened-client.js';
import type { DualIdModuleOptions } from '../module/dual-id-options.js';
import { DUAL_ID_OPTIONS } from '../module/dual-id-options.js';
import { afterWrites } from './after-writes.js';
import { callSafely } from './call-safely.js';
import { Connections } from './connections.js';
import { ConstraintFields } from './constraint-fields.js';
import type { Counted, Counters, Counts } from './counters.js';
import { translateDatabaseError } from './database-errors.js';
import type { Row } from './row.js';
import type { JoinedTransaction } from './join-typeorm.js';
import { joinTransactions, nestTransactions } from './join-typeorm.js';
import type { Scope } from './scope.js';
import { boundOutside, leaveScope, noScope } from './scope.js';
import type { Settings } from './settings.js';
import { applySettings, settingsOfLimits, settingsOfStart, underSettings } from './settings.js';
import type { Statement } from './statement.js';
import { StatementNames } from './statement-names.js';
import { StatementRunner } from './statement-runner.js';
import { expectedTransaction } from './expected-transaction.js';
import { requireIsolation, type Isolation } from './isolation.js';
import type { Transaction } from './transaction.js';
import type { TransactionOptions } from './transaction-options.js';
import { TransactionRunner } from './transaction-runner.js';

/**
 * The entry point to the database. Every statement of the library joins the transaction it runs in,
 * and fails with an error of the table of codes, never with SQL.
 */
@Injectable()
export class Database implements Counted {
  readonly #scope = new AsyncLocalStorage<Scope>();
  readonly #settings: ConnectionSettings;
  readonly #connections: Connections;
  readonly #transactions: TransactionRunner;
  readonly #joined: JoinedTransaction = {
    runner: () => this.#transaction?.runner,
    outside: (work) => this.outside(work),
    nested: (work, isolation) => this.transaction(work, { isolation }),
  };
  readonly #names: StatementNames;
  readonly #statements: StatementRunner;
  readonly #fields: ConstraintFields;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(DUAL_ID_OPTIONS) options: DualIdModuleOptions,
  ) {
    checkDataSourceOptions(dataSource.options);
    listenToClients(dataSource);
    this.#settings = connectionSettingsOf(dataSource.options as object);
    const { master } = dataSource.driver as unknown as { master: Pool };
    this.#connections = new Connections(master, this.#settings);
    const current = () => this.#transaction;
    const maxIdle = (this.#settings.limits.idleInTransaction || 20_000) / 2;
    this.#transactions = new TransactionRunner(dataSource, this.#connections, current, maxIdle);
    joinTransactions(dataSource, this.#joined);
    this.#fields = new ConstraintFields(dataSource.entityMetadatas);
    this.#names = new StatementNames(
      options.preparedStatements ?? this.#settings.mode === 'direct',
    );
    this.#statements = new StatementRunner(this.#connections, this.#fields, {
      names: this.#names,
      dataSource,
    });
  }

  get counters(): Counters {
    return this.#connections.counters;
  }

  /** True inside `transaction`. */
  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /** True where a statement may be shared: no transaction, no settings. */
  get mayShare(): boolean {
    return this.#scope.getStore() === undefined;
  }

  /** TypeORM's entity manager, the transaction's inside one. */
  get manager(): EntityManager {
    return this.#transaction?.manager ?? this.dataSource.manager;
  }

  get limits(): Required<DatabaseLimits> {
    return this.#settings.limits;
  }

  /** How many groups of work may be written at once without taking every connection for writes. */
  get maxGroups(): number {
    return Math.max(1, Math.floor(this.#connections.sizes.write / 2));
  }

  /** Whether work of this use could begin at once. */
  hasRoom(use: Use): boolean {
    return this.#connections.hasRoom(use);
  }

  switchOffPreparedStatements(reason: string): void {
    this.#names.switchOff(reason);
  }

  /** What is counted, for a metrics endpoint. */
  counts(): Counts {
    return this.#connections.counts();
  }

  /**
   * Runs a statement and returns its rows by position. Outside of a transaction, statements with
   * equal keys take a share of the connections at most, as in `TransactionOptions`.
   */
  async rows(
    statement: Statement,
    values: readonly unknown[] = [],
    key?: string,
  ): Promise<readonly Row[]> {
    const result = await this.#run(statement, values, key);
    return result.rows as unknown as readonly Row[];
  }

  /** Runs a statement and returns how many rows it touched. */
  async execute(statement: Statement, values: readonly unknown[] = [], key?: string) {
    const { rowCount } = await this.#run(statement, values, key);
    return rowCount ?? 0;
  }

  /**
   * Runs work in a transaction, or behind a savepoint when one is running already, which must be
   * at least as isolated. Everything of the library that is called inside joins it.
   * `concurrent_change` means that the whole work may be tried again, and `outcome_unknown` that it
   * may have happened.
   */
  async transaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    options: Isolation | TransactionOptions = {},
  ): Promise<T> {
    const how = typeof options === 'string' ? { isolation: options } : options;
    const outer = this.#transaction;
    try {
      const expected = outer ? undefined : expectedTransaction();
      if (expected !== undefined) requireIsolation(expected, how.isolation);
      if (!outer) return await this.#begin(work, how);
      return await outer.nested((part) => this.#within(part, work), how.isolation);
    } catch (error) {
      throw translateDatabaseError(error, this.#fields);
    }
  }

  /**
   * Every transaction that begins inside the work starts with these settings, which end with it;
   * a statement outside of one gets a transaction of its own. Inside a running one they hold for
   * the work, and are restored behind it.
   */
  withSettings<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
    const scope = this.#scope.getStore();
    if (scope?.transaction) return this.transaction(() => underSettings(this, settings, work));
    return this.#scope.run({ ...scope, settings: { ...scope?.settings, ...settings } }, work);
  }

  /** As `withSettings`, with other limits for statements and locks than the data source has. */
  withLimits<T>(
    limits: Pick<DatabaseLimits, 'lock' | 'statement' | 'query' | 'idleInTransaction'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const { query } = limits;
    const scope = this.#scope.getStore();
    const { transaction } = scope ?? noScope;
    const limited = () => transaction?.limitingQueries(query, work) ?? work();
    return this.#scope.run({ ...scope, ...(query === undefined ? {} : { query }) }, () =>
      this.withSettings(settingsOfLimits(limits), limited),
    );
  }

  /**
   * Leaves the transaction, settings and limits that the caller runs in, and the client, who may go.
   * What is begun inside, such as a timer, stands alone; a statement takes another connection, for
   * which nobody should wait who holds one.
   */
  outside<T>(work: () => T): T {
    return leaveScope(this.#scope, work);
  }

  /**
   * Calls back once the running transaction is committed, or at once outside of one. What was
   * registered behind a savepoint that is rolled back is never called. It runs in the async context
   * of who registered it, without the transaction, and whether the client has left or not. What it
   * throws or rejects with goes to the log.
   */
  afterCommit(callback: () => unknown): void {
    const bound = boundOutside(this.#scope, callback);
    if (this.#transaction) this.#transaction.afterCommit(bound);
    else callSafely(bound);
  }

  /**
   * Turns an error of TypeORM or the driver into one of the table of codes, as it is true for the
   * running request: behind a committed write nothing is told as safe to repeat.
   */
  translate(error: unknown): unknown {
    return afterWrites(translateDatabaseError(error, this.#fields));
  }

  get #transaction(): Transaction | undefined {
    return this.#scope.getStore()?.transaction;
  }

  #begin<T>(
    work: (manager: EntityManager) => Promise<T>,
    { isolation, key, use = 'write' }: TransactionOptions,
  ): Promise<T> {
    const { settings: chosen, query } = this.#scope.getStore() ?? noScope;
    const settings = { ...settingsOfStart(this.#settings, use), ...chosen };
    return this.#transactions.run({ use, key }, isolation, (transaction) =>
      this.#within(transaction, async (manager) => {
        nestTransactions(manager, () => (this.#transaction ? this.#joined : undefined));
        return transaction.limitingQueries(query, async () => {
          if (Object.keys(settings).length > 0) await applySettings(this, settings);
          return work(manager);
        });
      }),
    );
  }

  #within<T>(transaction: Transaction, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const scope = { ...this.#scope.getStore(), transaction };
    return this.#scope.run(scope, () => work(transaction.manager));
  }

  async #run(statement: Statement, values: readonly unknown[], key?: string): Promise<QueryResult> {
    const { transaction, settings, query } = this.#scope.getStore() ?? noScope;
    // Behind a pooler only a transaction can have limits, and a search has limits of its own.
    const isLimited = isLimitedAlone(this.#settings, statement.use);
    if (!transaction && (settings || !isLimited)) {
      return this.transaction(() => this.#run(statement, values), { key, use: statement.use });
    }
    return this.#statements.run(statement, values, { transaction, key, query });
  }
}
