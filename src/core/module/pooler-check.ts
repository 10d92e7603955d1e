import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Database } from '../database/database.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';

/**
 * Looks for a connection pooler at boot. A pooler hands out its own process ids, so the one
 * reported to a connection is not that of the backend serving it.
 */
@Injectable()
export class PoolerCheck implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
  ) {}

  /** The application's explicit setting takes precedence over detection. */
  async onModuleInit(): Promise<void> {
    if (this.options.preparedStatements !== undefined) return;
    if (await this.#isPooled()) this.database.switchOffPreparedStatements(noticed);
  }

  #isPooled(): Promise<boolean> {
    return this.database.transaction(async ({ queryRunner }) => {
      const client = (await queryRunner!.connect()) as PoolClient & { processID: number | null };
      const rows = (await queryRunner!.query('SELECT pg_backend_pid() AS pid')) as {
        pid: number;
      }[];
      return rows[0]!.pid !== client.processID;
    });
  }
}

const noticed =
  'PostgreSQL is behind a connection pooler, which may lend a connection for one transaction.';
