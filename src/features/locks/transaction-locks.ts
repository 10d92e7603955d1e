import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import type { Statement } from '../../core/database/statement.js';
import { statement } from '../../core/database/statement.js';
import { addressColumn } from '../../core/definition/address.js';
import { DualIdError } from '../../core/errors/dual-id-error.js';
import { problem } from '../../core/errors/problem.js';
import { Passport } from '../../core/passport/passport.entity.js';
import { Repositories } from '../../core/repository/repositories.js';
import { nameOf } from '../../core/sql/entity-names.js';
import type { LockTarget, TableLocks } from './lock-order.js';
import { inLockOrder } from './lock-order.js';
import type { LockWaitOptions } from './lock-wait.js';
import { lockedError, requireWaitTime } from './lock-wait.js';
import { andAlive } from '../../core/sql/soft-deletion.js';

/** How to lock entities. */
export interface LockOptions {
  /** Waits by default; `no-wait` fails with `locked`, `skip-locked` leaves out what is locked. */
  readonly mode?: 'wait' | 'no-wait' | 'skip-locked';
  /** The maximum number of milliseconds to wait for each of them before it fails with `locked`. */
  readonly timeout?: number;
}

const clauses = { wait: '', 'no-wait': ' NOWAIT', 'skip-locked': ' SKIP LOCKED' } as const;

/** Locks rows of entities until the end of the transaction. */
@Injectable()
export class TransactionLocks {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Repositories) private readonly repositories: Repositories,
  ) {}

  /** Runs work in the transaction that holds the locks, with the targets that were locked. */
  async hold<T>(
    targets: readonly LockTarget[],
    work: (locked: readonly LockTarget[]) => Promise<T>,
    options: LockOptions,
  ): Promise<T> {
    requireWaitTime(options as LockWaitOptions);
    const tables = inLockOrder(targets, this.repositories);
    return this.database.transaction(async () => {
      const locked = new Set(await this.#lockAll(tables, options));
      return work(targets.filter((target) => locked.has(target)));
    });
  }

  async #lockAll(tables: readonly TableLocks[], options: LockOptions): Promise<LockTarget[]> {
    const { mode = 'wait', timeout } = options;
    const defaultLimit =
      timeout === undefined ? undefined : await this.#setTimeout(String(timeout));
    const locked: LockTarget[] = [];
    for (const table of tables) locked.push(...(await this.#lock(table, mode)));
    // What the work itself waits for is its own affair.
    if (defaultLimit !== undefined) await this.#setTimeout(defaultLimit);
    return locked;
  }

  async #lock(locks: TableLocks, mode: keyof typeof clauses): Promise<LockTarget[]> {
    const { repository, targets } = locks;
    const rows = await this.database
      .rows(lockStatement(locks, mode), [[...targets.keys()]])
      .catch(asBusy);
    const locked = new Set(rows.map(([address]) => address as string));
    for (const address of targets.keys()) {
      if (locked.has(address)) continue;
      await repository.resolve(address);
      if (mode !== 'skip-locked') throw problem('not_found');
    }
    return [...targets].flatMap(([address, named]) => (locked.has(address) ? named : []));
  }

  /** Sets the time to wait for a lock and returns what it was. */
  async #setTimeout(milliseconds: string): Promise<string> {
    const [row] = await this.database.rows(setTimeoutLocally, [milliseconds]);
    return row![0] as string;
  }
}

/**
 * A lock that lets others refer to the row, and neither change, remove nor lock it. To lock a row
 * takes the right to change its table, which no role of an application has in the registry.
 */
function lockStatement({ repository, table }: TableLocks, mode: keyof typeof clauses): Statement {
  if (repository.entity.target === Passport) return lockPassportRows(mode);
  const column = addressColumn(repository.entity)!;
  const address = nameOf(column);
  const alive = andAlive(repository.entity);
  const order = column.type === 'uuid' ? address : `${address} COLLATE "C"`;
  return statement(
    `SELECT ${address} FROM ${table} WHERE ${address} = ANY($1)${alive}
     ORDER BY ${order} FOR NO KEY UPDATE${clauses[mode]}`,
  );
}

const lockPassportRows = (mode: keyof typeof clauses): Statement =>
  statement(`SELECT uuid FROM dual_id.lock_passports($1, '${mode}') AS uuid`, 'write');

const setTimeoutLocally = statement(
  `SELECT current_setting('lock_timeout'), set_config('lock_timeout', $1, true)`,
);

function asBusy(error: unknown): never {
  const cause = error instanceof DualIdError ? error.details.cause : undefined;
  const isLocked = (cause as { code?: unknown } | undefined)?.code === '55P03';
  throw isLocked ? lockedError(cause) : error;
}
