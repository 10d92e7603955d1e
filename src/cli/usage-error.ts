/** A command line that is not understood; it ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(`${message} \`dual-id help\` lists what there is.`);
  }
}
