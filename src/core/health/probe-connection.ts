import { Client } from 'pg';
import type { ClientConfig } from 'pg';

/** The database did not respond in time. */
export class ProbeTimeout extends Error {}

/**
 * How long a connection is kept, in milliseconds. A session keeps the settings that its role and
 * database had when it began; a new one has the current ones.
 */
const lifetime = 30_000;

/** A dedicated connection for plain statements, opened on first use and again after a failure. */
export class ProbeConnection {
  #client: Client | undefined;
  #opened = 0;

  constructor(private readonly config: ClientConfig) {}

  /** Returns the first row of each statement; fails with `ProbeTimeout` at the deadline. */
  async ask(sql: string, deadline: number): Promise<readonly unknown[][]> {
    if (performance.now() - this.#opened > lifetime) this.close();
    const isKept = this.#client !== undefined;
    try {
      return await this.#askOnce(sql, deadline);
    } catch (error) {
      this.close();
      // Something in between may have ended a kept connection; a new one shows the actual state.
      if (!isKept || error instanceof ProbeTimeout) throw error;
    }
    try {
      return await this.#askOnce(sql, deadline);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Ends the connection without waiting. */
  close(): void {
    const client = this.#client;
    this.#client = undefined;
    // A frozen server never closes its side, which must not keep the process running.
    (client as { unref?(): void } | undefined)?.unref?.();
    client?.end().catch(() => undefined);
  }

  async #askOnce(sql: string, deadline: number): Promise<readonly unknown[][]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new ProbeTimeout()), deadline - performance.now());
    });
    const asked = this.#run(sql, deadline);
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(sql: string, deadline: number): Promise<readonly unknown[][]> {
    const client = (this.#client ??= await this.#open(deadline));
    const answered = await client.query({ text: sql, rowMode: 'array' });
    return [answered].flat().map(({ rows }) => rows[0] ?? []);
  }

  async #open(deadline: number): Promise<Client> {
    const connectionTimeoutMillis = Math.max(1, Math.ceil(deadline - performance.now()));
    const client = new Client({ ...this.config, connectionTimeoutMillis });
    const forget = () => {
      if (this.#client === client) this.#client = undefined;
    };
    // The listener stays: a connection may fail at any time, even after its end.
    client.on('error', forget);
    client.on('end', forget);
    await client.connect();
    this.#opened = performance.now();
    return client;
  }
}
