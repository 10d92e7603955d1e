import { setTimeout as sleep } from 'node:timers/promises';
import { urlAs } from '../../support/roles.js';
import { ownerHeaders, ShopProcess } from '../../support/shop-process.js';
import { PatientClient } from './patient-client.js';
import type { Call, TimedResult } from './patient-client.js';
import { Ledger } from './ledger.js';
import { differences } from './ledger-check.js';
import { LoadClient } from './load-client.js';
import { Tally } from './tally.js';

/** How many users the orders of all clients are for, so that writers meet. */
const sharedUsers = 8;

/** A shop in a process of its own, and clients that keep it busy. */
export interface LoadOptions {
  readonly databaseUrl: string;
  readonly clients: number;
  readonly seed: string;
}

/** Keeps a shop busy, and knows what it said. */
export class Load {
  readonly ledger = new Ledger();
  /** What came in this phase, counted when it was asked for. */
  tally = new Tally();
  readiness = new Tally();
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly shop: ShopProcess,
    readonly http: PatientClient,
    private readonly databaseUrl: string,
    private readonly clients: LoadClient[] = [],
  ) {}

  /** Starts a shop and prepares what the clients work on. */
  static async on({ databaseUrl, clients, seed }: LoadOptions): Promise<Load> {
    const shop = new ShopProcess({
      DATABASE_URL: urlAs('application', databaseUrl),
      OWNER_DATABASE_URL: urlAs('owner', databaseUrl),
    });
    const url = (await shop.ready()).replace('localhost', '127.0.0.1');
    const load = new Load(shop, new PatientClient(url, ownerHeaders), databaseUrl);
    const [first, second] = (await load.#must({ method: 'GET', path: '/products?limit=5' })).items;
    const products = [first.uuid, second.uuid] as const;
    const owned = await inChunks(clients, (at) => load.#aUserWithCart(at));
    const users = owned.slice(0, sharedUsers).map(({ user }) => user);
    for (const [at, mine] of owned.entries()) {
      const send = (call: Call) => load.#send(call);
      const ground = { products, users, ...mine };
      load.clients.push(new LoadClient(ground, load.ledger, send, `${seed} ${at}`));
    }
    return load;
  }

  /** Lets all clients go, and asks for readiness five times a second. */
  start(): void {
    const isOver = () => this.#isOver;
    const clients = this.clients.map((client) => client.run(isOver));
    this.#running = Promise.all([...clients, this.#watchReadiness()]);
  }

  /** Begins a new phase; answers the counts of the one that ends. */
  nextPhase(): Tally {
    const ended = this.tally;
    this.tally = new Tally();
    return ended;
  }

  /** Waits until the shop is ready again. */
  async recovered(seconds = 20): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end && this.shop.isAlive) {
      if ((await this.http.call({ method: 'GET', path: '/health/ready' })).status === 200) return;
      await sleep(100);
    }
    const { isAlive, output } = this.shop;
    const what = isAlive ? `is not ready after ${seconds} s` : 'has died';
    throw new Error(`The shop ${what}: ${output.slice(-1000)}`);
  }

  /** Ends the load, and tells every difference between what was said and what is there. */
  async finish(): Promise<string[]> {
    this.#isOver = true;
    await this.#running;
    await Promise.all(this.clients.map((client) => client.settle()));
    return differences(this.ledger, this.databaseUrl);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.http.close();
    this.shop.signal('SIGKILL');
    await this.shop.exit;
    await this.#running;
  }

  async #watchReadiness(): Promise<void> {
    while (!this.#isOver) {
      const { readiness } = this;
      readiness.note(await this.http.call({ method: 'GET', path: '/health/ready' }));
      await sleep(200);
    }
  }

  async #send(call: Call): Promise<TimedResult> {
    const { tally } = this;
    const reply = await this.http.call(call);
    tally.note(reply);
    return reply;
  }

  async #aUserWithCart(at: number): Promise<{ user: string; cart: string }> {
    const body = { firstName: 'Load', lastName: 'Test', email: `load-${at}@example.org` };
    const { uuid: user } = await this.#must({ method: 'POST', path: '/users', body });
    const { uuid: cart } = await this.#must({ method: 'POST', path: `/users/${user}/cart` });
    return { user, cart };
  }

  async #must(call: Call): Promise<any> {
    const { status, code, body } = await this.http.call(call);
    if (status >= 200 && status < 300) return body;
    throw new Error(`${call.method} ${call.path} was answered ${status} ${code}.`);
  }
}

/** Does something as often as asked, a few at a time. */
async function inChunks<T>(count: number, work: (at: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  while (done.length < count) {
    const size = Math.min(8, count - done.length);
    const from = done.length;
    done.push(...(await Promise.all(Array.from({ length: size }, (_, at) => work(from + at)))));
  }
  return done;
}
