import type { Logger } from 'typeorm';

/** TypeORM reports failed migrations on the console itself; a command answers in its own words. */
export class QuietLogger implements Logger {
  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
