import { createServer } from 'node:net';

import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';

/** The requested port, or else the remembered one if still free, or else any free loopback port. */
export async function choosePort(asked: number | undefined, remembered = 0): Promise<number> {
  if (asked === undefined) return (await reserve(remembered)) ?? (await reserve(0)) ?? 0;
  if (!Number.isInteger(asked) || asked < 1 || asked > 65_535) {
    throw new EmbeddedPostgresError(
      `The port ${asked} for PostgreSQL is not a number from 1 to 65535: use another port, or none to have a free one chosen.`,
    );
  }
  if ((await reserve(asked)) === asked) return asked;
  throw portTaken(asked);
}

/** The message for a port that another program listens on. */
export function portTaken(port: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The port ${port} for PostgreSQL is in use by another program or closed to this user: use another port, or none to have a free one chosen.`,
  );
}

/**
 * Listens for a moment to check whether the port is available; returns undefined if it is taken.
 */
function reserve(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
