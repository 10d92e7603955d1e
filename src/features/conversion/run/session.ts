import type { DataSource, QueryRunner } from 'typeorm';
import { causeOf, lossOf, ofConnection } from '../../../core/database/connection-loss.js';
import { bareSource, setLimits } from '../../../core/migrations/migration-source.js';

/** Behind a pooler, limits of the connection may be those of another. */
const limits = {
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

/** One connection of a conversion, without the limits of an API. */
export class ConversionSession {
  private constructor(
    /** A pool of its own, from which others watch this connection. */
    readonly source: DataSource,
    readonly runner: QueryRunner,
    /** The server process of the connection. */
    readonly pid: number,
  ) {}

  static async open(dataSource: DataSource): Promise<ConversionSession> {
    const source = await bareSource(dataSource).initialize();
    try {
      const runner = source.createQueryRunner();
      const pid = await setLimits(runner, 'connection', 0);
      return new ConversionSession(source, runner, pid);
    } catch (error) {
      await source.destroy();
      throw error;
    }
  }

  /** The rows of a query. */
  async rows<Row extends object>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.runner.query(sql, [...values], true)).records as Row[];
  }

  /** Runs a statement; returns how many rows it changed. */
  async run(sql: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.runner.query(sql, [...values], true)).affected ?? 0;
  }

  /** Runs work in a transaction, which waits so long for a lock. */
  async transaction<T>(lockTimeout: number, work: () => Promise<T>): Promise<T> {
    await this.runner.startTransaction('READ COMMITTED');
    try {
      await this.set({ ...limits, lock_timeout: String(lockTimeout), search_path: 'pg_catalog' });
      const result = await work();
      await this.runner.commitTransaction();
      return result;
    } catch (error) {
      await this.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }

  /** Gives settings values to the end of the transaction; those that the server has not are left. */
  async set(values: Readonly<Record<string, string>>): Promise<void> {
    await this.rows(
      `SELECT set_config(s.name, s.value, true) FROM unnest($1::text[], $2::text[]) AS s (name, value)
       WHERE current_setting(s.name, true) IS NOT NULL`,
      [Object.keys(values), Object.values(values)],
    );
  }

  async close(): Promise<void> {
    await this.source.destroy().catch(() => undefined);
  }
}

/** Whether an error of the work on a connection means that it is gone. */
export function isLost(error: unknown): boolean {
  return lossOf(causeOf(ofConnection(error))) !== undefined || lossOf(error) !== undefined;
}
