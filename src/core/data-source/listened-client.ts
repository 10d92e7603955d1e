import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import type { DataSource } from 'typeorm';
import { sendCancelRequest } from './cancel-request.js';
import { isSentAtStart } from './limits.js';
import { plainStartupOptions } from './plain-settings.js';

/**
 * A client whose `error` event always has a listener. After the pool removes its own listener and
 * before TypeORM adds one, a lost connection would end the process.
 *
 * A statement that it abandons ends its connection: had the connection returned to the pool, the
 * server could still be at work on it, with a late BEGIN for example, in which others' writes would
 * be lost.
 */
export class ListenedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    listen(this);
    // The options of the URL and of PGOPTIONS are known only here, and are kept.
    if (isSentAtStart(config)) {
      const parameters = startParameters(this);
      parameters.options = plainStartupOptions(parameters.options);
    }
  }

  override query(...parameters: unknown[]): never {
    const result = (super.query as ClientQuery).apply(this, parameters);
    if (result instanceof Promise) {
      result.catch((error: unknown) => {
        if (!isReadTimeout(error)) return;
        void sendCancelRequest(this);
        // A client that ends during a statement closes its socket, and no pool takes it back.
        void this.end().catch(ignore);
      });
    }
    return result as never;
  }
}

type ClientQuery = (...parameters: unknown[]) => unknown;

/** What the driver sends at the start of a connection. */
function startParameters(client: Client): { options?: string | undefined } {
  return (client as unknown as { connectionParameters: { options?: string } }).connectionParameters;
}

/** Whether the server stayed silent for longer than the client waits. */
export function isReadTimeout(error: unknown): boolean {
  return /query read timeout/i.test(String((error as Error | null)?.message));
}

/** Where the pool stores its clients, in the absence of a public API. */
const clients = '_clients';

interface ClientPool {
  readonly [clients]?: readonly Client[];
  on(event: 'connect', listener: (client: Client) => void): void;
}

/** Listens to the clients of a data source declared without `dualIdDataSource`. */
export function listenToClients(dataSource: DataSource): void {
  const { master, slaves = [] } = dataSource.driver as unknown as {
    readonly master: ClientPool;
    readonly slaves?: readonly ClientPool[];
  };
  for (const pool of [master, ...slaves]) {
    for (const client of pool[clients] ?? []) if (!isListened(client)) listen(client);
    pool.on('connect', (client) => {
      if (!isListened(client)) listen(client);
    });
  }
}

function isListened(client: Client): boolean {
  return client.listeners('error').includes(ignore);
}

function listen(client: Client): void {
  client.on('error', ignore);
}

/** Waiting callers get the error from their statement; nobody else needs it. */
function ignore(): void {}
