import { problem } from '../errors/problem.js';
import type { LaneSizes, Use } from './lanes.js';

/**
 * How long each wait on the database may take, in milliseconds. 0 disables a limit. They are meant
 * for an API, where somebody is waiting; jobs such as imports run without the short ones.
 */
export interface DatabaseLimits {
  /** Opening a connection. Default 5,000. */
  readonly connect?: number;
  /** Waiting for a free connection; then `overloaded`. Default 2,000. */
  readonly acquire?: number;
  /** Waiting for a lock; then `concurrent_change`. Default 4,000. */
  readonly lock?: number;
  /** One statement, ended by the server; then `unavailable`. Default 10,000. */
  readonly statement?: number;
  /** One search statement, ended by the server; then `search_timeout`. Default 2,000. */
  readonly search?: number;
  /** One statement if the server does not respond; the connection is dropped. Default 12,000. */
  readonly query?: number;
  /** An idle transaction, ended by the server. Default 20,000. */
  readonly idleInTransaction?: number;
  /** Silence on a connection before TCP probes the other side. Default 10,000. */
  readonly keepAlive?: number;
  /** Waiting for a lock in a shared transaction, before it is split up. Default 50. */
  readonly groupLock?: number;
  /** How many callers may wait for a connection in one lane; then `overloaded`. Default 1,000. */
  readonly maxWaiting?: number;
}

/** The maximum milliseconds of a Node timer, which is as good as never. */
export const never = 2 ** 31 - 1;

/** Default limits of a data source. */
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

/** Limits of a job: it connects or fails, and then takes as long as its work needs. */
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

/** The library's settings in addition to the driver's own options. */
export interface ConnectionSettings {
  readonly limits: Required<DatabaseLimits>;
  readonly mode: ConnectionMode;
  /** Connections that each use may hold at once, if the defaults do not fit. */
  readonly lanes?: Partial<LaneSizes> | undefined;
}

/** Key in `extra` of a data source's options, where a copy of the options keeps it. */
const settingsKey = Symbol.for('nest-dual-id:connection-settings');

/**
 * The limits as driver options. The server's limits are sent at the start of a connection; a pooler
 * refuses them there, so transactions set them instead.
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

/** Whether a statement has its limits outside a transaction as well. */
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
 * Whether the server ends a statement before its client abandons it: a client that waits in vain
 * then knows that the server, and not the statement, is too slow.
 */
export function isEndedByServer({ mode, limits }: ConnectionSettings, use: Use): boolean {
  const { statement, query } = limits;
  const isLimited = mode === 'direct' || use === 'write';
  return isLimited && statement > 0 && (query === 0 || statement < query);
}

/**
 * The driver omits a limit of 0. As text it reaches the server, where it overrides the setting of
 * the role or the database.
 */
const noLimitOfServer = {
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
};

/**
 * The options of a data source with the limits of a job instead of the API's. Those of a role or a
 * database do not apply to it either, unless a pooler may be in between.
 */
export function forJob<T extends { readonly extra?: unknown }>(options: T): T {
  const { mode } = connectionSettingsOf(options);
  const given = (options.extra ?? {}) as object;
  const isDirect = settingsKey in given && mode === 'direct';
  const limits = driverOptions({ limits: jobLimits, mode });
  return { ...options, extra: { ...given, ...limits, ...(isDirect ? noLimitOfServer : {}) } };
}

/** The limits that a data source declares, over the defaults; refuses invalid ones. */
export function requireLimits(limits: DatabaseLimits = {}): Required<DatabaseLimits> {
  const named = Object.entries(limits).filter(([, value]) => value !== undefined);
  for (const [name, value] of named) {
    if (Number.isInteger(value) && value >= 0 && value <= never) continue;
    throw problem('setup_refused', {
      detail: `The limit ${name} is ${String(value)}, not a whole number from 0 to ${never}; 0 disables it.`,
    });
  }
  return { ...defaultLimits, ...Object.fromEntries(named) };
}
