import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Latencies } from './latencies.js';
import { Ledger } from './ledger.js';
import type { Row, Run } from './operations.js';
import { Operations } from './operations.js';
import type { Subject, Wording } from './tables.js';
import { oldWording } from './tables.js';

const connections = 8;
const mostSeeds = 2_000;

/** What a load is started with. */
export interface LoadOptions {
  readonly url: string;
  readonly key: Subject['key'];
  /** Operations a second, whether or not the ones before have ended. */
  readonly rate: number;
}

/**
 * Clients that arrive at a fixed rate, whatever the server does, on plain connections with prepared
 * statements. They write down what was acknowledged.
 */
export class ConversionLoad {
  readonly ledger: Ledger;
  readonly latencies = new Latencies();
  /** Statements that failed, and rows that were not as the ledger has them. */
  readonly failures: string[] = [];
  #clients: pg.Client[] = [];
  #wordings: Operations[] = [];
  readonly #names = new Map<string, string>();
  readonly #due: number[] = [];
  readonly #idle: (() => void)[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #isOver = false;
  #isPaused = false;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: LoadOptions,
    seeds: readonly { id: string; code: string }[],
  ) {
    this.ledger = new Ledger(seeds);
    this.use([oldWording]);
  }

  static async start(options: LoadOptions): Promise<ConversionLoad> {
    const first = await connected(options.url);
    const { rows } = await first.query<{ id: string; code: string }>(
      `SELECT id::text, code FROM articles
       WHERE right(code, 1) IN ('0', '2', '4', '6', '8') ORDER BY hashtext(code) LIMIT ${mostSeeds}`,
    );
    await first.end();
    const load = new ConversionLoad(options, rows);
    load.#clients = await Promise.all(
      Array.from({ length: connections }, () => connected(options.url)),
    );
    load.#ended = Promise.all([
      load.#arrive(),
      ...load.#clients.map((client) => load.#serve(client)),
    ]);
    return load;
  }

  /** Lets clients that come from now on use these names, each one of them. */
  use(wordings: readonly Wording[]): void {
    this.#wordings = wordings.map(
      (wording) =>
        new Operations(this.ledger, wording, this.options.key, (text) => this.#fail('Found', text)),
    );
  }

  /** Waits until nobody is on the way with names that are not used any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Waits until so many more operations are done. */
  async served(count: number): Promise<void> {
    const end = this.latencies.count + count;
    while (this.latencies.count < end) await sleep(10);
  }

  /** Lets nobody arrive until `resume`, and waits for those who have. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    while (this.#due.length > 0 || this.#underWay.size > 0) await sleep(5);
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Ends when everyone who is being served is; those who still wait count with their wait. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const due of this.#due.splice(0)) this.latencies.note(performance.now() - due);
    for (const wake of this.#idle.splice(0)) wake();
    await this.#ended;
    await Promise.all(this.#clients.map((client) => client.end()));
  }

  async #arrive(): Promise<void> {
    const between = 1_000 / this.options.rate;
    for (let next = performance.now(); !this.#isOver; await sleep(1)) {
      const now = performance.now();
      if (this.#isPaused) next = now;
      for (; next <= now && !this.#isPaused; next += between) {
        this.#due.push(next);
        this.#idle.shift()?.();
      }
    }
  }

  async #serve(client: pg.Client): Promise<void> {
    for (;;) {
      const due = this.#due.shift();
      if (due === undefined) {
        if (this.#isOver) return;
        await new Promise<void>((wake) => this.#idle.push(wake));
        continue;
      }
      const work = this.#operate(client);
      this.#underWay.add(work);
      await work;
      this.#underWay.delete(work);
      this.latencies.note(performance.now() - due);
    }
  }

  async #operate(client: pg.Client): Promise<void> {
    const wording = this.#wordings[Math.floor(Math.random() * this.#wordings.length)]!;
    try {
      await wording.any(this.#runOn(client));
    } catch (error) {
      this.#fail('Failed', error instanceof Error ? error.message : String(error));
      await client.query('ROLLBACK').catch(() => undefined);
    }
  }

  #runOn(client: pg.Client): Run {
    return async (text, values = []) => {
      const isPrepared = values.length > 0;
      const query = isPrepared ? { name: this.#nameOf(text), text, values: [...values] } : text;
      const { rows } = await client.query<Row>(query).catch((error: Error) => {
        throw new Error(`${error.message}, at ${text}`, { cause: error });
      });
      return rows;
    };
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `statement ${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  #fail(how: string, text: string): void {
    const failure = `${how}: ${text}`;
    if (this.failures.length < 10 && !this.failures.includes(failure)) this.failures.push(failure);
  }
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
