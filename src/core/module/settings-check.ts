import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';

/**
 * The settings a single read depends on that no statement can choose, and whether they are correct.
 */
const settingsQuery = statement(
  `SELECT current_setting('DateStyle') LIKE 'ISO%', current_setting('IntervalStyle') = 'postgres',
          current_setting('extra_float_digits')::int > 0`,
);
const wanted = ['DateStyle = ISO', 'IntervalStyle = postgres', 'extra_float_digits = 1'] as const;

/**
 * Checks at boot whether connections have the settings that the text of values depends on.
 * Connections of a direct data source get them at start; a pooler's have those of their role.
 */
@Injectable()
export class SettingsCheck implements OnModuleInit {
  constructor(@Inject(Database) private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    const [row = []] = await this.database.rows(settingsQuery);
    const missing = wanted.filter((_, at) => row[at] !== true);
    if (missing.length === 0) return;
    new Logger('DualId').warn(
      `Connections lack ${missing.join(', ')}: dates, intervals or floating-point numbers are shown in another form or cut. Set it for the role with ALTER ROLE ... SET.`,
    );
  }
}
