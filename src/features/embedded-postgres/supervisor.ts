import { setTimeout as sleep } from 'node:timers/promises';

import { hasCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import type { Hold } from './holders.js';
import { bringUp } from './launch.js';
import type { Server } from './launch.js';
import { isServerOf, readPidFile, stillServes } from './pid-file.js';
import type { RestartOptions } from './restart-options.js';
import { lastWords } from './server-log.js';
import { wasShutDown } from './shut-down.js';
import { tellOnce } from './tell.js';

const LOOK_MILLISECONDS = 500;
const FIRST_DELAY = 500;
const ATTEMPT_SECONDS = 30;

/** The options of a supervisor. */
export interface SupervisorOptions {
  readonly cluster: Cluster;
  readonly hold: Hold;
  readonly settings: Readonly<Record<string, string>>;
  readonly limits: Required<RestartOptions>;
  readonly log: ((message: string) => void) | undefined;
}

/**
 * Supervises a server for as long as this process uses it: restarts it on the same port if it died,
 * unless another process already does so or it was shut down in order.
 */
export class Supervisor {
  restarts = 0;
  #server: Server;
  #attempts = 0;
  #isDeathTold = false;
  #upSince = performance.now();
  #look: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #stopping = new AbortController();
  readonly #report: (message: string) => void;

  constructor(
    server: Server,
    private readonly options: SupervisorOptions,
  ) {
    this.#server = server;
    this.#report = tellOnce(options.log);
    this.#timer = setInterval(() => this.#lookAfter(), LOOK_MILLISECONDS).unref();
    this.#watch(server);
  }

  /** Gives up what is under way; the server is left as it is. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#look;
  }

  #watch(server: Server): void {
    this.#server = server;
    this.#upSince = performance.now();
    this.#isDeathTold = false;
    void server.ended?.then(() => this.#lookAfter());
  }

  #lookAfter(): void {
    if (this.#stopping.signal.aborted || this.options.limits.maxAttempts === 0) return;
    this.#look ??= this.#check()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#look = undefined));
  }

  async #check(): Promise<void> {
    const { cluster, hold, limits } = this.options;
    if (stillServes(this.#server.pid, cluster.data)) return this.#settle();
    if (this.#takeOver()) return;
    if (!hasCluster(cluster)) return this.#report(removed(cluster));
    if (wasShutDown(cluster)) return this.#report(shutDown(cluster));
    if (!hold.isFirst()) return;
    if (!this.#isDeathTold) this.#report(await died(cluster, this.#server));
    this.#isDeathTold = true;
    if (this.#attempts >= limits.maxAttempts) return this.#report(givenUp(cluster, limits));
    await this.#pause(this.#delay());
    await this.#restart();
  }

  /** Counts its attempts from one again once the server has stayed up. */
  #settle(): void {
    if (performance.now() - this.#upSince > this.options.limits.maxDelay) this.#attempts = 0;
  }

  /** Whether another process has started the server meanwhile. */
  #takeOver(): boolean {
    const { cluster } = this.options;
    const file = readPidFile(cluster.data);
    if (file?.status !== 'ready' || !isServerOf(file.pid, cluster.data)) return false;
    const isElsewhere = file.port !== this.#server.port;
    const next = isElsewhere ? ` on port ${file.port}: restart this program to follow it.` : '.';
    this.#report(
      `PostgreSQL on ${cluster.data} was started by another program (process ${file.pid})${next}`,
    );
    this.#watch({ pid: file.pid, port: file.port, adopted: true });
    return true;
  }

  async #restart(): Promise<void> {
    this.#attempts += 1;
    const { cluster, settings } = this.options;
    const server = await bringUp(cluster, {
      settings,
      port: this.#server.port,
      deadline: Date.now() + ATTEMPT_SECONDS * 1000,
      pause: (milliseconds) => this.#pause(milliseconds),
      keepLog: true,
    });
    this.#watch(server);
    if (server.adopted) return;
    this.restarts += 1;
    this.#report(`PostgreSQL was restarted on ${cluster.data} (restart ${this.restarts}).`);
  }

  #failed(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const { maxAttempts } = this.options.limits;
    const reason = error instanceof Error ? error.message : String(error);
    this.#report(
      `PostgreSQL could not be restarted (attempt ${this.#attempts} of ${maxAttempts}): ${reason}`,
    );
  }

  #delay(): number {
    if (this.#attempts === 0) return 0;
    return Math.min(FIRST_DELAY * 2 ** (this.#attempts - 1), this.options.limits.maxDelay);
  }

  /** Does not keep the process alive, and ends immediately when the supervision does. */
  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { ref: false, signal: this.#stopping.signal });
  }
}

async function died(cluster: Cluster, { pid, ended }: Server): Promise<string> {
  const how = ended === undefined ? '' : `${await ended}; `;
  return `PostgreSQL on ${cluster.data} (process ${pid}) ended unexpectedly (${how}${lastWords(cluster)}).`;
}

function removed(cluster: Cluster): string {
  return `PostgreSQL lost its data: ${cluster.data} was removed; restart this program to start with an empty database.`;
}

function shutDown(cluster: Cluster): string {
  return `PostgreSQL on ${cluster.data} was shut down by another program and stays down: restart this program to start it again.`;
}

function givenUp(cluster: Cluster, { maxAttempts }: Required<RestartOptions>): string {
  return `PostgreSQL on ${cluster.data} was given up after ${maxAttempts} attempts: see ${cluster.log}, fix the cause, and restart this program.`;
}
