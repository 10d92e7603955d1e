import { Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { problem } from '../errors/problem.js';
import { Readiness } from '../health/readiness.js';
import { DualIdFastifyAdapter } from '../http/dual-id-fastify-adapter.js';
import { instancesOf, poolsOf } from './application-parts.js';
import { BusyConnections } from './busy-connections.js';
import type { GracefulShutdownOptions } from './graceful-shutdown.options.js';
import { HttpDrain } from './http-drain.js';
import { listenToSignals } from './signals.js';

/** The time-limited stop of an application. */
export interface GracefulShutdown {
  /**
   * Closes the application and never takes longer than its options allow. Returns whether
   * everything closed on its own; anything that did not is logged.
   */
  stop(signal?: NodeJS.Signals): Promise<boolean>;
}

/**
 * Gives the shutdown of an application an order and a deadline, whether it starts by signal or by
 * `app.close()`: readiness turns false, the load balancer gets its time, requests in progress
 * finish, the rest is cut off, the application's hooks run, and the database connections close.
 * Call it before the application listens, instead of `enableShutdownHooks`.
 */
export function enableGracefulShutdown(
  app: INestApplication,
  options: GracefulShutdownOptions = {},
): GracefulShutdown {
  return new BoundedStop(app, options);
}

/** How long a cancelled request has to roll back, in milliseconds. */
const rollback = 500;

class BoundedStop implements GracefulShutdown {
  readonly #logger = new Logger('Shutdown');
  readonly #http: HttpDrain;
  readonly #connections: BusyConnections;
  readonly #times: { readonly delay: number; readonly drain: number; readonly close: number };
  #cut = 0;
  #stopping: Promise<boolean> | undefined;

  constructor(
    private readonly app: INestApplication,
    private readonly options: GracefulShutdownOptions,
  ) {
    const { loadBalancerDelay = 0, drain = 20_000, close = 5_000, signals } = options;
    this.#times = { delay: loadBalancerDelay, drain, close };
    for (const [name, time] of Object.entries(this.#times)) requireDrainTime(name, time);
    const adapter = requireDrainingAdapter(app.getHttpAdapter());
    const fastify = adapter.getInstance() as unknown as FastifyInstance;
    this.#http = new HttpDrain(fastify);
    this.#connections = new BusyConnections(poolsOf(app));
    adapter.drainWith({ announce: () => this.#announce(), drain: () => this.#drain() });
    const deaf = listenToSignals(signals ?? ['SIGINT', 'SIGTERM'], (signal) => this.stop(signal));
    fastify.addHook('onClose', async () => {
      await this.#endConnections();
      if (!this.#stopping) deaf();
    });
  }

  stop(signal?: NodeJS.Signals): Promise<boolean> {
    return (this.#stopping ??= this.#stop(signal));
  }

  async #stop(signal?: NodeJS.Signals): Promise<boolean> {
    const { delay, drain, close } = this.#times;
    // Nest's interface omits the signal, which the application's hooks receive.
    const app = this.app as { close(signal?: string): Promise<void> };
    const closed = await this.#within(delay + drain + close, 'The application', () =>
      app.close(signal),
    );
    const { afterClose } = this.options;
    if (!afterClose) return closed;
    return (await this.#within(close, 'What follows the application', afterClose)) && closed;
  }

  async #announce(): Promise<void> {
    const [readiness] = instancesOf(this.app, Readiness);
    readiness?.suspend('the application is stopping');
    if (!this.#http.isListening) return;
    this.#http.leave();
    await new Promise((resolve) => setTimeout(resolve, this.#times.delay));
  }

  async #drain(): Promise<void> {
    const { drain } = this.#times;
    this.#http.stopListening();
    this.#cut = await this.#http.idle(drain);
    if (this.#cut > 0) this.#logger.warn(`${this.#cut} requests did not end in ${drain} ms.`);
    this.#http.cut();
  }

  /** Work of requests that were cut off only has to roll back; other work may finish. */
  async #endConnections(): Promise<void> {
    const { close } = this.#times;
    const grace = this.#cut > 0 ? Math.min(rollback, close / 2) : close / 2;
    const ended = await this.#connections.end(grace, close / 4);
    if (ended > 0) this.#logger.warn(`${ended} database connections were ended while in use.`);
  }

  async #within(limit: number, what: string, work: () => Promise<void>): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        this.#logger.error(`${what} did not close in ${limit} ms.`);
        resolve(false);
      }, limit);
    });
    const done = work().then(
      () => true,
      (error: unknown) => {
        this.#logger.error(`${what} did not close: ${(error as Error).message}`);
        return false;
      },
    );
    const isDone = await Promise.race([done, late]);
    clearTimeout(timer);
    return isDone;
  }
}

function requireDrainingAdapter(adapter: unknown): DualIdFastifyAdapter {
  if (adapter instanceof DualIdFastifyAdapter) return adapter;
  throw problem('setup_refused', {
    detail:
      'enableGracefulShutdown was given an application on another adapter; create it with NestFactory.create(AppModule, new DualIdFastifyAdapter()).',
  });
}

function requireDrainTime(name: string, time: number): void {
  // A timer cannot count a longer one.
  if (time >= 0 && time < 2 ** 31) return;
  throw problem('setup_refused', {
    detail: `The ${name} of enableGracefulShutdown is ${time}, not a time in milliseconds.`,
  });
}
