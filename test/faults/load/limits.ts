/**
 * The longest wait for any response while the database is frozen: a connection, then a statement.
 */
export const frozenMilliseconds = 15_000;

/**
 * The longest wait for any response while a lock is held: a connection, then the lock, at most
 * twice.
 */
export const lockedMilliseconds = 11_000;

/** The longest wait for readiness, whatever happens to the database. */
export const readinessMilliseconds = 3_000;
