/** An invalid command line; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(`${message} \`dual-id help\` lists the commands.`);
  }
}
