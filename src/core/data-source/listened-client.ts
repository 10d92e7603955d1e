import { Client } from 'pg';
import type { ClientConfig } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * A client whose `error` event always has a listener. Between the pool that takes its own listener
 * off and TypeORM that adds one lies a moment in which a lost connection would end the process.
 */
export class ListenedClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    listen(this);
  }
}

interface ClientPool {
  readonly _clients?: readonly Client[];
  on(event: 'connect', listener: (client: Client) => void): void;
}

/** Listens to the clients of a data source that was declared without `dualIdDataSource`. */
export function listenToClients(dataSource: DataSource): void {
  const { master, slaves = [] } = dataSource.driver as unknown as {
    readonly master: ClientPool;
    readonly slaves?: readonly ClientPool[];
  };
  for (const pool of [master, ...slaves]) {
    for (const client of pool._clients ?? []) if (!isListened(client)) listen(client);
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

/** Whoever waits on the client is told by its statement; nobody else needs to know. */
function ignore(): void {}
