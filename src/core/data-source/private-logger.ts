import { Logger } from '@nestjs/common';
import type { LogLevel, LogMessage, QueryRunner } from 'typeorm';
import { AbstractLogger } from 'typeorm';

/**
 * Sends TypeORM's log to Nest's. Anything enabled by `logging` is written without parameter values,
 * which are personal data and internal ids.
 */
export class PrivateLogger extends AbstractLogger {
  readonly #logger = new Logger('TypeORM');

  override logQuery(query: string, parameters?: unknown[], queryRunner?: QueryRunner): void {
    // TypeORM's own commands enable logging long after the data source was declared.
    if (queryRunner) this.options = queryRunner.dataSource.options.logging;
    super.logQuery(query, parameters, queryRunner);
  }

  override logQueryError(
    error: string | Error,
    query: string,
    parameters?: unknown[],
    queryRunner?: QueryRunner,
  ): void {
    // The server's own message may quote a value, so only its code is logged.
    const { code = 'unknown' } = error as { code?: string };
    super.logQueryError(`code ${code}`, query, parameters, queryRunner);
  }

  protected writeLog(
    level: LogLevel,
    message: LogMessage | string | number | (LogMessage | string | number)[],
  ): void {
    const lines = this.prepareLogMessages(message, {
      appendParameterAsComment: false,
      highlightSql: false,
    });
    for (const { prefix, message: text } of lines) {
      const line = prefix ? `${prefix} ${text}` : String(text);
      if (level === 'error' || level === 'warn') this.#logger[level](line);
      else this.#logger.log(line);
    }
  }
}
