import { ConsoleLogger } from '@nestjs/common';

/**
 * Nest's logger while a command creates the application: errors go to stderr. Stdout is for the
 * command's result, which with `--json` is read by a program. An application that sets its own
 * logger keeps it.
 */
export class ErrorOutput extends ConsoleLogger {
  constructor() {
    super({ logLevels: ['error', 'warn'] });
  }

  protected override printMessages(
    ...[messages, context, level, , ...rest]: Parameters<ConsoleLogger['printMessages']>
  ): void {
    super.printMessages(messages, context, level, 'stderr', ...rest);
  }
}
