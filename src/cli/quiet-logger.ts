import type { Logger } from 'typeorm';

/** TypeORM prints failed migrations to the console itself; a command prints its own messages. */
export class QuietLogger implements Logger {
  logQuery(): void {}
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
