import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { DataSource } from 'typeorm';
import { jittered } from '../pause/jittered.js';
import { PostgresOptions } from './data-source-options.js';

/** How long `waitForDatabase` waits. */
export interface WaitOptions {
  /** Milliseconds; 0 tries once. Default 30,000. */
  readonly timeout?: number;
}

const databaseLogger = new Logger('Database');
const firstConnectPause = 100;
const maxConnectPause = 2_000;
const maxAttempt = 5_000;

/**
 * Waits until the server of a data source accepts connections, for a limited time: a database that
 * starts together with the application is not there yet. Errors that waiting cannot fix, such as a
 * wrong password or database, are thrown immediately. The wait is logged once.
 *
 * @example
 * await waitForDatabase(dataSourceOptions, { timeout: 60_000 });
 * const app = await NestFactory.create(AppModule, new DualIdFastifyAdapter());
 */
export async function waitForDatabase(
  options: DataSourceOptions,
  { timeout = 30_000 }: WaitOptions = {},
): Promise<void> {
  const start = performance.now();
  const left = () => timeout - (performance.now() - start);
  for (let pause = firstConnectPause; ; pause = Math.min(pause * 2, maxConnectPause)) {
    try {
      return await connectOnce(options as PostgresOptions, left());
    } catch (error) {
      if (!isAbsent(error) || left() <= 0) throw error;
      if (pause === firstConnectPause) {
        databaseLogger.warn(
          `No database accepts connections yet; waiting for it for up to ${timeout / 1000} s.`,
        );
      }
      await sleep(Math.min(jittered(pause), Math.max(left(), 0)));
    }
  }
}

async function connectOnce(options: PostgresOptions, left: number): Promise<void> {
  const source = new DataSource({
    ...options,
    extra: {
      ...(options.extra as object),
      // A frozen server accepts a connection and then stays silent.
      connectionTimeoutMillis: Math.min(Math.max(Math.ceil(left), 1_000), maxAttempt),
      max: 1,
      min: 0,
    },
    entities: [],
    migrations: [],
    subscribers: [],
    cache: false,
    dropSchema: false,
    migrationsRun: false,
    synchronize: false,
  });
  await source.initialize();
  await source.destroy();
}

const absence = new Set([
  '57P03', // cannot_connect_now: it is starting, stopping or recovering
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

/** The driver's own errors have no code. */
const silence = /connection terminated|timeout (?:expired|exceeded)/i;

/** Whether no server accepts connections there, or not yet. */
export function isAbsent(error: unknown): boolean {
  const { driverError = error } = (error ?? {}) as { driverError?: unknown };
  const { code, syscall, message } = driverError as Partial<NodeJS.ErrnoException>;
  // The socket of a server that has not created it yet; any other file would be a wrong setting.
  if (code === 'ENOENT') return syscall === 'connect';
  return code === undefined ? silence.test(String(message)) : absence.has(String(code));
}
