import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { ProbeConnection } from './probe-connection.js';
import { look, reasonOfError, reasonOfLook, write } from './probe-statements.js';

/** Maximum age of a check's result that another check may reuse, in milliseconds. */
const maxAge = 250;

/** Why the application is not ready; undefined if it is. */
type Reason = string | undefined;

/**
 * Whether the application can serve, for a load balancer. It queries the database on a dedicated
 * connection and within a limit, so that a busy pool, a lock or a frozen server cannot delay the
 * response. Concurrent checks share one query.
 */
@Injectable()
export class Readiness implements OnModuleDestroy, OnApplicationShutdown {
  readonly #logger = new Logger('Readiness');
  readonly #connection: ProbeConnection;
  readonly #limit: number;
  readonly #isReader: boolean;
  readonly #writeEvery: number;
  readonly #suspended = new Set<{ readonly reason: string }>();
  #told: Reason;
  #last: { readonly at: number; readonly reason: Reason } | undefined;
  #asking: Promise<Reason> | undefined;
  #wroteAt = -Infinity;

  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) dataSource: DataSource,
    @Inject(DUAL_ID_OPTIONS) { readiness = {} }: DualIdModuleOptions,
  ) {
    const { access = 'write', limit = 2_000, writeEvery = 10_000 } = readiness;
    requireReadinessTime('limit', limit, 1);
    requireReadinessTime('writeEvery', writeEvery, 0);
    this.#limit = limit;
    this.#isReader = access === 'read';
    this.#writeEvery = writeEvery;
    this.#connection = new ProbeConnection(configOf(dataSource));
  }

  /**
   * Resolves if the application can serve; otherwise fails with `unavailable`. The reason is logged
   * once each time it changes, and never sent to the client.
   */
  async check(): Promise<void> {
    const reason = this.#suspension ?? (await this.#database()) ?? this.#suspension;
    this.#report(reason);
    if (reason !== undefined) throw problem('unavailable', { isLogged: true });
  }

  /**
   * Declares the application not ready, whatever the database reports, until the returned function
   * is called.
   */
  suspend(reason: string): () => void {
    const suspension = { reason };
    this.#suspended.add(suspension);
    return () => void this.#suspended.delete(suspension);
  }

  onModuleDestroy(): void {
    this.suspend('the application is stopping');
  }

  onApplicationShutdown(): void {
    this.#connection.close();
  }

  get #suspension(): Reason {
    const [first] = this.#suspended;
    return first?.reason;
  }

  #database(): Promise<Reason> {
    const last = this.#last;
    if (last && performance.now() - last.at < maxAge) return Promise.resolve(last.reason);
    return (this.#asking ??= this.#ask().finally(() => (this.#asking = undefined)));
  }

  async #ask(): Promise<Reason> {
    let reason: Reason;
    try {
      reason = await this.#probe(performance.now() + this.#limit);
    } catch (error) {
      reason = reasonOfError(error, this.#limit);
    }
    // After a failure the next check writes again, whenever it comes.
    if (reason !== undefined) this.#wroteAt = -Infinity;
    this.#last = { at: performance.now(), reason };
    return reason;
  }

  async #probe(deadline: number): Promise<Reason> {
    const [row] = await this.#connection.ask(look, deadline);
    if (this.#isReader) return undefined;
    const reason = reasonOfLook(row!);
    if (reason !== undefined || performance.now() - this.#wroteAt < this.#writeEvery) return reason;
    await this.#connection.ask(write, deadline);
    this.#wroteAt = performance.now();
    return undefined;
  }

  #report(reason: Reason): void {
    if (reason === this.#told) return;
    this.#told = reason;
    this.#logger.warn(reason === undefined ? 'Ready again.' : `Not ready: ${reason}.`);
  }
}

/** The connection options of the pool, without its limits. */
function configOf({ driver }: DataSource) {
  const { options } = (driver as unknown as { master: Pool }).master;
  // The pool hides the password from code that prints its options.
  return { ...options, password: options.password, query_timeout: 0, keepAlive: true };
}

function requireReadinessTime(name: string, time: number, min: number): void {
  if (time >= min && time < 2 ** 31) return;
  throw problem('misuse', {
    detail: `The ${name} of readiness is ${time}, not a time in milliseconds.`,
  });
}
