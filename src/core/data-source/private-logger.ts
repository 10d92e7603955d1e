import { Logger } from '@nestjs/common';
import type { LogLevel, LogMessage } from 'typeorm';
import { AbstractLogger } from 'typeorm';

/**
 * TypeORM's log by way of Nest's. What `logging` switches on is written without the values of its
 * parameters, which are people's data and internal ids.
 */
export class PrivateLogger extends AbstractLogger {
  readonly #logger = new Logger('TypeORM');

  protected writeLog(
    level: LogLevel,
    message: LogMessage | string | number | (LogMessage | string | number)[],
  ): void {
    const lines = this.prepareLogMessages(message, { appendParameterAsComment: false });
    for (const { prefix, message: text } of lines) {
      const line = prefix ? `${prefix} ${text}` : String(text);
      if (level === 'error' || level === 'warn') this.#logger[level](line);
      else this.#logger.log(line);
    }
  }
}
