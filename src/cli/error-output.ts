import { ConsoleLogger } from '@nestjs/common';

/**
 * Nest's logger while a command makes the application: what went wrong, on stderr. On stdout the
 * command answers, with `--json` for a program. An application that sets a logger of its own keeps it.
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
