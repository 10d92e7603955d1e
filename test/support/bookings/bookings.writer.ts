import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { BookingRelease, EventType } from './bookings.operations.js';
import { BookingOperations, oldRelease } from './bookings.operations.js';

const clients = 3;

/** Clients of the application for appointments, which write down what was acknowledged. */
export class BookingWriter {
  readonly failures: string[] = [];
  readonly #events = new Map<string, EventType>();
  readonly #underWay = new Set<Promise<void>>();
  #releases: readonly BookingRelease[] = [oldRelease];
  #served = 0;
  #numbers = 0;
  #isOver = false;
  #ended: Promise<unknown> = Promise.resolve();

  static async start(url: string): Promise<BookingWriter> {
    const writer = new BookingWriter();
    const connected = Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    });
    const all = await Promise.all(connected);
    writer.#ended = Promise.all(all.map((client) => writer.#work(client)));
    return writer;
  }

  /** Runs these releases from now on, or nothing; ends when what was under way has ended. */
  async use(...releases: readonly BookingRelease[]): Promise<void> {
    this.#releases = releases;
    await Promise.all(this.#underWay);
  }

  /** Waits until so many more operations are done. */
  async served(count: number): Promise<void> {
    const end = this.#served + count;
    while (this.#served < end && this.failures.length === 0) await sleep(10);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#ended;
  }

  /** What has to be in the tables, as lines. */
  lines(): string[] {
    return [...this.#events.values()]
      .flatMap(({ slug, length, parent, hosts, bookings }) => [
        `event|${slug}|${length}${parent === null ? '' : `|${parent}`}`,
        `pair|${slug}|user1@seed`,
        ...[...hosts].map(([user, priority]) => `host|${slug}|user${user}@seed|${priority}`),
        ...[...bookings].map(([uid, status]) => `booking|${slug}|${uid}|${status}`),
      ])
      .toSorted();
  }

  async #work(client: pg.Client): Promise<void> {
    const own: EventType[] = [];
    while (!this.#isOver) {
      await sleep(2);
      const release = this.#releases[Math.floor(Math.random() * this.#releases.length)];
      if (release === undefined) continue;
      const operations = new BookingOperations(client, release);
      const work = this.#operate(operations, own).catch((error: unknown) => {
        this.failures.push(String(error));
      });
      this.#underWay.add(work);
      await work;
      this.#underWay.delete(work);
      this.#served += 1;
    }
    await client.end();
  }

  async #operate(operations: BookingOperations, own: EventType[]): Promise<void> {
    const number = (this.#numbers += 1);
    const event = own[number % (own.length + 1)];
    if (event === undefined) {
      const made = await operations.create(`w${number}`);
      own.push(made);
      this.#events.set(made.slug, made);
      return;
    }
    const [uid] = event.bookings.keys();
    const parent = number % 3 === 0 ? null : `slug${2 + (number % 8)}`;
    const choices = [
      () => operations.book(event, `w${number}`),
      () => operations.host(event, 1 + (number % 200), number),
      () => operations.resize(event, 15 + (number % 100)),
      () => this.#adopt(operations, event, parent),
      ...(uid === undefined ? [] : [() => operations.cancel(event, uid)]),
      ...(number % 4 > 0 || own.length < 3 ? [] : [() => this.#delete(operations, event, own)]),
    ];
    await choices[number % choices.length]!();
  }

  /** The unique key of owner and parent leaves each parent one child. */
  async #adopt(operations: BookingOperations, event: EventType, parent: string | null) {
    if (parent !== null && [...this.#events.values()].some((one) => one.parent === parent)) return;
    event.parent = parent;
    await operations.adopt(event);
  }

  async #delete(operations: BookingOperations, event: EventType, own: EventType[]) {
    await operations.delete(event);
    own.splice(own.indexOf(event), 1);
    this.#events.delete(event.slug);
  }
}
