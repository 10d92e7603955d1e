import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { fatalMessage, MessageFrames, StatementTexts } from './message-frames.js';
import type { Message } from './message-frames.js';

/** What happens to a connection at a statement. */
export type Fate =
  /** The connection ends before the statement has reached the server. */
  | 'lost before it'
  /** The server has done the statement; the connection ends before its client hears of it. */
  | 'lost behind it'
  /** The statement reaches the server, and its answer waits here until `thaw`. */
  | 'frozen behind it'
  /** The end of the answer and the server's FATAL arrive in one chunk, and the connection ends. */
  | 'ended with its answer';

interface Fault {
  readonly statement: RegExp;
  readonly fate: Fate;
  times: number;
  readonly happened: () => void;
}

/**
 * A proxy for a PostgreSQL server on which connections break exactly where a test wants them to.
 */
export class DatabaseProxy {
  readonly #links = new Set<Link>();
  readonly #faults: Fault[] = [];
  readonly #listeners: ((text: string) => void)[] = [];
  readonly #server = createServer((client) => this.#link(client));
  #isFrozen = false;

  private constructor(private readonly target: URL) {}

  /** Listens on a free loopback port in front of the server of a connection string. */
  static async before(databaseUrl: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(databaseUrl));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** The connection string that leads through here. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  /** Applies this fate to the next matching statements; resolves when the last one is sent. */
  at(statement: RegExp, fate: Fate, times = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#faults.push({ statement, fate, times, happened: resolve });
    });
  }

  /** Counts how often matching statements are run from now on. */
  count(statement: RegExp): () => number {
    let sent = 0;
    this.#listeners.push((text) => (sent += statement.test(text) ? 1 : 0));
    return () => sent;
  }

  /** Blocks both directions, while connections stay open. */
  freeze(): void {
    this.#isFrozen = true;
    for (const link of this.#links) link.pause();
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const link of this.#links) link.resume();
  }

  async stop(): Promise<void> {
    for (const link of this.#links) link.end();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #link(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    const link = new Link(client, server, {
      fateOf: (text) => this.#take(text),
      runs: (text) => this.#listeners.forEach((listen) => listen(text)),
    });
    this.#links.add(link);
    client.on('close', () => this.#links.delete(link));
    if (this.#isFrozen) link.pause();
  }

  #take(text: string): Fate | undefined {
    const fault = this.#faults.find(({ statement, times }) => times > 0 && statement.test(text));
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times === 0) fault.happened();
    return fault.fate;
  }
}

/** One connection: two sockets, and the fate of the statement that runs on it. */
class Link {
  readonly #asked = new MessageFrames(true);
  readonly #answered = new MessageFrames(false);
  readonly #texts = new StatementTexts();
  #fate: Fate | undefined;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly proxy: {
      readonly fateOf: (text: string) => Fate | undefined;
      /** Is told once for each run of a statement. */
      readonly runs: (text: string) => void;
    },
  ) {
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.end());
    }
    // What the server said last still reaches the client.
    server.on('close', () => client.end());
    client.on('close', () => server.destroy());
    client.on('data', (chunk: Buffer) => this.#ask(this.#asked.take(chunk)));
    server.on('data', (chunk: Buffer) => this.#answer(this.#answered.take(chunk)));
  }

  pause(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }

  end(): void {
    this.client.destroy();
    this.server.destroy();
  }

  #ask(messages: readonly Message[]): void {
    for (const message of messages) {
      const text = this.#texts.of(message);
      if (text !== undefined && message.kind !== 'P') this.proxy.runs(text);
      if (text !== undefined) this.#fate ??= this.proxy.fateOf(text);
      if (this.#fate === 'lost before it') return this.end();
    }
    this.server.write(Buffer.concat(messages.map(({ bytes }) => bytes)));
    if (this.#fate !== 'frozen behind it') return;
    this.#fate = undefined;
    this.server.pause();
  }

  #answer(messages: readonly Message[]): void {
    const isOver = messages.some(({ kind }) => kind === 'Z');
    if (this.#fate === 'lost behind it') {
      if (isOver) this.end();
      return;
    }
    const bytes = Buffer.concat(messages.map((message) => message.bytes));
    if (this.#fate !== 'ended with its answer' || !isOver) this.client.write(bytes);
    else {
      this.client.end(Buffer.concat([bytes, fatalMessage()]));
      this.server.destroy();
    }
  }
}
