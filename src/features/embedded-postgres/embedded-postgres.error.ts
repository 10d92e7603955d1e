/** Why the embedded PostgreSQL cannot be used: one plain sentence that ends with the next step. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The code of a system or PostgreSQL error (`EACCES`, `28P01`), or an empty string. */
export function errorCode(error: unknown): string {
  // Not instanceof: an error from another realm, such as a test runner's, is an error as well.
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error ? String(error.code) : '';
}

/** Turns every failure that is not yet a plain sentence into one. */
export function asSentence(error: unknown, doing: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const next = 'fix that and start again, or set DATABASE_URL to a server of your own.';
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL could not ${doing} (${reason}): ${next}`,
    {
      cause: error,
    },
  );
}
