/** Why the embedded PostgreSQL cannot serve: one sentence for a person that ends with the next step. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The code of a system or PostgreSQL error (`EACCES`, `28P01`), or an empty string. */
export function errorCode(error: unknown): string {
  // Not instanceof: an error made in another realm (a test runner's, say) is an error as well.
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error ? String(error.code) : '';
}

/** Gives every failure that is not yet a sentence for a person the form of one. */
export function asSentence(error: unknown, doing: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const next = 'put that right and start again, or set DATABASE_URL to a server of your own.';
  return new EmbeddedPostgresError(
    `The embedded PostgreSQL could not ${doing} (${reason}): ${next}`,
    {
      cause: error,
    },
  );
}
