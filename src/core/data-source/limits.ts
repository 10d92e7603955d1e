import { problem } from '../errors/problem.js';
import type { LaneSizes, Use } from './lanes.js';

/**
 * How long each wait on the database may take, in milliseconds. 0 switches a limit off. They are
 * meant for an API, where somebody is waiting; jobs such as imports run without the short ones.
 */
export interface DatabaseLimits {
  /** Opening a connection. Default 5,000. */
  readonly connect?: number;
  /** Waiting for a free connection; then `overloaded`. Default 2,000. */
  readonly acquire?: number;
  /** Waiting for a lock; then `concurrent_change`. Default 4,000. */
  readonly lock?: number;
  /** One statement, which the server ends; then `unavailable`. Default 10,000. */
  readonly statement?: number;
  /** One statement of a search, which the server ends; then `search_timeout`. Default 2,000. */
  readonly search?: number;
  /** One statement, when the server does not respond; the connection is dropped. Default 12,000. */
  readonly query?: number;
  /** A transaction in which nothing happens, which the server ends. Default 20,000. */
  readonly idleInTransaction?: number;
  /** Silence on a connection before TCP asks whether the other side is there. Default 10,000. */
  readonly keepAlive?: number;
  /** A lock that a shared transaction waits for, before it falls apart. Default 50. */
  readonly groupLock?: number;
  /** How many callers may wait for a connection in one lane; then `overloaded`. Default 1,000. */
  readonly maxWaiting?: number;
}

/** Milliseconds that a timer of Node can count at most, which is as good as never. */
export const never = 2 ** 31 - 1;

/** Limits of a data source that names none. */
export const defaultLimits: Required<DatabaseLimits> = {
  connect: 5_000,
  acquire: 2_000,
  lock: 4_000,
  statement: 10_000,
  search: 2_000,
  query: 12_000,
  idleInTransaction: 20_000,
  keepAlive: 10_000,
  groupLock: 50,
  maxWaiting: 1_000,
};

/** Limits of a job: it connects or fails, and then takes the time that its work takes. */
export const jobLimits: Required<DatabaseLimits> = {
  connect: 10_000,
  acquire: 0,
  lock: 0,
  statement: 0,
  search: 0,
  query: 0,
  idleInTransaction: 0,
  keepAlive: 10_000,
  groupLock: 50,
  maxWaiting: Infinity,
};

/** Whether statements reach the server directly or through a pooler that lends its connections. */
export type ConnectionMode = 'direct' | 'transaction-pooler';

/** What the library keeps beside the driver's own options. */
export interface ConnectionSettings {
  readonly limits: Required<DatabaseLimits>;
  readonly mode: ConnectionMode;
  /** Connections that each use may hold at once, where the defaults do not fit. */
  readonly lanes?: Partial<LaneSizes> | undefined;
}

/** Key in `extra` of a data source's options, where a copy of them keeps it. */
const settingsKey = Symbol.for('nest-dual-id:connection-settings');

/**
 * The limits as options of the driver. Those of the server go with the start of a connection; a
 * pooler refuses them there, and transactions set them for themselves instead.
 */
export function driverOptions(settings: ConnectionSettings): Record<string | symbol, unknown> {
  const { limits, mode } = settings;
  const ofServer = {
    statement_timeout: limits.statement,
    lock_timeout: limits.lock,
    idle_in_transaction_session_timeout: limits.idleInTransaction,
  };
  return {
    connectionTimeoutMillis: limits.connect,
    query_timeout: limits.query,
    keepAlive: limits.keepAlive > 0,
    keepAliveInitialDelayMillis: limits.keepAlive,
    ...(mode === 'direct' ? ofServer : {}),
    [settingsKey]: settings,
  };
}

/** The settings of a data source; one that was not made by `dualIdDataSource` has no limits. */
export function connectionSettingsOf(options: { readonly extra?: unknown }): ConnectionSettings {
  const extra = options.extra as Record<symbol, unknown> | undefined;
  const settings = extra?.[settingsKey] as ConnectionSettings | undefined;
  return settings ?? { limits: { ...jobLimits, acquire: defaultLimits.acquire }, mode: 'direct' };
}

/** Whether a statement has its limits outside of a transaction as well. */
export function isLimitedAlone({ mode, limits }: ConnectionSettings, use: Use): boolean {
  if (use === 'search' && limits.search > 0) return false;
  return mode === 'direct' || use !== 'write';
}

/** Whether a connection of the driver takes settings at its start. */
export function isSentAtStart(config: unknown): boolean {
  const settings = (config as Record<symbol, unknown> | undefined)?.[settingsKey];
  return (settings as ConnectionSettings | undefined)?.mode === 'direct';
}

/**
 * The driver leaves out a limit of 0. As a text it reaches the server, where it takes the place of
 * what the role or the database sets.
 */
const noLimitOfServer = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};

/**
 * The options of a data source with the limits of a job in place of the API's. Those of a role or a
 * database do not apply to it either, unless a pooler may be in between.
 */
export function forJob<T extends { readonly extra?: unknown }>(options: T): T {
  const { mode } = connectionSettingsOf(options);
  const given = (options.extra ?? {}) as object;
  const isDirect = settingsKey in given && mode === 'direct';
  const limits = driverOptions({ limits: jobLimits, mode });
  return { ...options, extra: { ...given, ...limits, ...(isDirect ? noLimitOfServer : {}) } };
}

/** The limits that a data source declares, over the defaults; what is no limit is refused. */
export function requireLimits(limits: DatabaseLimits = {}): Required<DatabaseLimits> {
  const named = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of named) {
    if (Number.isInteger(value) && value >= 0 && value <= never) continue;
    throw problem('setup_refused', {
      detail: `The limit ${name} is ${String(value)}, not a whole number from 0 to ${never}; 0 switches it off.`,
    });
  }
  return { ...defaultLimits, ...Object.fromEntries(named) };
}
