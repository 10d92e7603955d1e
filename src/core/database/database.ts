import { Inject, Injectable } from '@nestjs/common';
import type { Pool, QueryResult } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { checkDataSourceOptions } from '../data-source/data-source-options.js';
import type { Use } from '../data-source/lanes.js';
import type { ConnectionSettings, DatabaseLimits } from '../data-source/limits.js';
import { connectionSettingsOf, isLimitedAlone } from '../data-source/limits.js';
import { listenToClients } from '../data-source/listened-client.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { DUAL_ID_DATA_SOURCE } from './data-source.provider.js';
import { afterWrites } from './after-writes.js';
import { callSafely } from './call-safely.js';
import { Connections } from './connections.js';
import { ContextVariable } from './context-variable.js';
import { ConstraintFields } from './constraint-fields.js';
import type { Counted, Counters, Counts } from './counters.js';
import { translateDatabaseError } from './database-errors.js';
import type { Row } from './row.js';
import type { JoinedTransaction } from './join-typeorm.js';
import { joinTransactions, nestTransactions } from './join-typeorm.js';
import type { StatementScope } from './scope.js';
import { boundOutside, leaveScope, noScope } from './scope.js';
import { applySettings, settingsOfLimits, settingsOfStart, underSettings } from './settings.js';
import type { Settings } from './settings.js';
import type { Statement } from './statement.js';
import { StatementNames } from './statement-names.js';
import { StatementRunner } from './statement-runner.js';
import { requireExpected } from './expected-transaction.js';
import type { Isolation } from './isolation.js';
import type { Transaction } from './transaction.js';
import type { TransactionOptions } from './transaction-options.js';
import { TransactionRunner } from './transaction-runner.js';
import { WriteStamps } from './write-stamp.js';

/**
 * The entry point to the database. Every statement of the library joins the transaction it runs in,
 * and fails with an error from the table of codes, never with SQL.
 */
@Injectable()
export class Database implements Counted {
  /** What triggers are told of the writes. */
  readonly stamps = new WriteStamps();
  readonly #scope = new ContextVariable<StatementScope>();
  readonly settings: ConnectionSettings;
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
    this.settings = connectionSettingsOf(dataSource.options as object);
    const { master } = dataSource.driver as unknown as { master: Pool };
    this.#connections = new Connections(master, this.settings);
    const maxIdle = (this.settings.limits.idleInTransaction || 20_000) / 2;
    const context = { current: () => this.#transaction, maxIdle, stamp: this.stamps.current };
    this.#transactions = new TransactionRunner(dataSource, this.#connections, context);
    joinTransactions(dataSource, this.#joined);
    this.#fields = new ConstraintFields(dataSource.entityMetadatas);
    this.#names = new StatementNames(options.preparedStatements ?? this.settings.mode === 'direct');
    this.#statements = new StatementRunner(this.#connections, this.#fields, {
      names: this.#names,
      dataSource,
    });
  }

  get counters(): Counters {
    return this.#connections.counters;
  }

  /** Whether the caller is inside `transaction`. */
  get inTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /** Whether a statement may be shared: no transaction, no settings. */
  get mayShare(): boolean {
    return this.#scope.get() === undefined;
  }

  /** TypeORM's entity manager; inside a transaction, the transaction's. */
  get manager(): EntityManager {
    return this.#transaction?.manager ?? this.dataSource.manager;
  }

  get limits(): Required<DatabaseLimits> {
    return this.settings.limits;
  }

  /** How many groups may be written at once without taking every connection for writes. */
  get maxGroups(): number {
    return Math.max(1, Math.floor(this.#connections.sizes.write / 2));
  }

  /** Whether work for this use could begin immediately. */
  hasRoom(use: Use): boolean {
    return this.#connections.hasRoom(use);
  }

  switchOffPreparedStatements(reason: string): void {
    this.#names.switchOff(reason);
  }

  /** The counters, for a metrics endpoint. */
  counts(): Counts {
    return this.#connections.counts();
  }

  /**
   * Runs a statement and returns its rows by position. Outside a transaction, statements with equal
   * keys get only a share of the connections, as in `TransactionOptions`.
   */
  async rows(
    statement: Statement,
    values: readonly unknown[] = [],
    key?: string,
  ): Promise<readonly Row[]> {
    const result = await this.#run(statement, values, key);
    return result.rows as unknown as readonly Row[];
  }

  /** Runs a statement and returns the number of affected rows. */
  async execute(statement: Statement, values: readonly unknown[] = [], key?: string) {
    const { rowCount } = await this.#run(statement, values, key);
    return rowCount ?? 0;
  }

  /**
   * Runs work in a transaction, or behind a savepoint if one is already running, which must be at
   * least as isolated. Every library call inside joins it. `concurrent_change` means that the whole
   * work may be retried, and `outcome_unknown` that it may have happened.
   */
  async transaction<T>(
    work: (manager: EntityManager) => Promise<T>,
    options: Isolation | TransactionOptions = {},
  ): Promise<T> {
    const how = typeof options === 'string' ? { isolation: options } : options;
    const outer = this.#transaction;
    try {
      if (!outer) return await this.#begin(work, how);
      return await outer.nested((part) => this.#within(part, work), how.isolation);
    } catch (error) {
      throw translateDatabaseError(error, this.#fields);
    }
  }

  /**
   * Every transaction that begins inside the work starts with these settings, which end with it; a
   * statement outside one gets its own transaction. Inside a running transaction they apply to the
   * work, and are restored after it.
   */
  withSettings<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
    const scope = this.#scope.get();
    if (scope?.transaction) return this.transaction(() => underSettings(this, settings, work));
    return this.#scope.run({ ...scope, settings: { ...scope?.settings, ...settings } }, work);
  }

  /** As `withSettings`, with other limits for statements and locks than the data source's. */
  withLimits<T>(
    limits: Pick<DatabaseLimits, 'lock' | 'statement' | 'query' | 'idleInTransaction'>,
    work: () => Promise<T>,
  ): Promise<T> {
    const { query } = limits;
    const scope = this.#scope.get();
    const { transaction } = scope ?? noScope;
    const limited = () => transaction?.limitingQueries(query, work) ?? work();
    return this.#scope.run({ ...scope, ...(query === undefined ? {} : { query }) }, () =>
      this.withSettings(settingsOfLimits(limits), limited),
    );
  }

  /**
   * Leaves the transaction, settings and limits that the caller runs in, and the client, who may
   * disconnect. What is started inside, such as a timer, is independent; a statement takes another
   * connection, which must not be awaited while holding one.
   */
  outside<T>(work: () => T): T {
    return leaveScope(this.#scope, work);
  }

  /**
   * Calls back once the running transaction is committed, or at once outside one. Callbacks
   * registered behind a savepoint that is rolled back are never called. They run in the async
   * context in which they were registered, without the transaction, whether the client has left or
   * not. Anything they throw or reject with is logged.
   */
  afterCommit(callback: () => unknown): void {
    const bound = boundOutside(this.#scope, callback);
    if (this.#transaction) this.#transaction.afterCommit(bound);
    else callSafely(bound);
  }

  /**
   * Turns an error of TypeORM or the driver into one from the table of codes, as it applies to the
   * running request: after a committed write no error is reported as safe to repeat.
   */
  translate(error: unknown): unknown {
    return afterWrites(translateDatabaseError(error, this.#fields));
  }

  get #transaction(): Transaction | undefined {
    return this.#scope.get()?.transaction;
  }

  async #begin<T>(
    work: (manager: EntityManager) => Promise<T>,
    { isolation, key, use = 'write' }: TransactionOptions,
  ): Promise<T> {
    requireExpected(isolation);
    const { settings: chosen, query } = this.#scope.get() ?? noScope;
    const settings = { ...settingsOfStart(this.settings, use), ...chosen };
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
    return this.#scope.run({ ...this.#scope.get(), transaction }, () => work(transaction.manager));
  }

  async #run(statement: Statement, values: readonly unknown[], key?: string): Promise<QueryResult> {
    const { transaction, settings, query } = this.#scope.get() ?? noScope;
    // Behind a pooler only a transaction can have limits, and a search has its own.
    const isLimited = isLimitedAlone(this.settings, statement.use);
    if (!transaction && (settings || this.stamps.isNeeded(statement) || !isLimited)) {
      return this.transaction(() => this.#run(statement, values), { key, use: statement.use });
    }
    return this.#statements.run(statement, values, { transaction, key, query });
  }
}
