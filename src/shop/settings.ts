import type { ConnectionMode } from 'nest-dual-id';
import type { AccessSettings } from './access/access-settings.js';
import { accessSettings } from './access/access-settings.js';
import { connectionOf, databaseUrlOf } from './database-settings.js';
import type { ShopEdgeOptions } from './edge.js';
import { SettingsError } from './settings-error.js';

/** The shop's settings from its environment. */
export interface ShopSettings {
  readonly port: number;
  readonly host: string;
  /** Connection string of PostgreSQL; undefined means the embedded server. */
  readonly databaseUrl: string | undefined;
  readonly connection: ConnectionMode;
  /** How long a start waits for the database at `databaseUrl`, in milliseconds. */
  readonly databaseWait: { readonly timeout: number };
  /** Connection string of the role that owns the tables, if the shop works as another. */
  readonly ownerDatabaseUrl: string | undefined;
  readonly dataDir: string;
  /** Secret for cursors; without one, cursors become invalid on restart. */
  readonly secret: string | undefined;
  /** Named prepared statements; if undefined, the library determines whether they work. */
  readonly preparedStatements: boolean | undefined;
  /** IANA name of the time zone for the day and hour of orders. */
  readonly timeZone: string;
  readonly shutdown: ShutdownTimes;
  readonly edge: ShopEdgeOptions;
  readonly access: AccessSettings;
}

/** The timeouts of a stop, in milliseconds. */
export interface ShutdownTimes {
  readonly loadBalancerDelay: number;
  readonly drain: number;
}

const minSecretLength = 16;

/** Reads the settings; docs/operating.md lists them. */
export function readShopSettings(environment: NodeJS.ProcessEnv): ShopSettings {
  return {
    port: portOf(environment['PORT'] || '3000'),
    host: environment['HOST'] || '127.0.0.1',
    databaseUrl: databaseUrlOf(environment['DATABASE_URL']),
    connection: connectionOf(environment['DATABASE_CONNECTION']),
    databaseWait: {
      timeout: secondsOf('DATABASE_WAIT_SECONDS', environment['DATABASE_WAIT_SECONDS'] || '30'),
    },
    ownerDatabaseUrl: databaseUrlOf(environment['OWNER_DATABASE_URL'], 'OWNER_DATABASE_URL'),
    dataDir: environment['DUAL_ID_DATA_DIR'] || '.data',
    secret: secretOf(environment['DUAL_ID_SECRET']),
    preparedStatements: switchOf('PREPARED_STATEMENTS', environment['PREPARED_STATEMENTS']),
    timeZone: timeZoneOf(environment['SHOP_TIMEZONE'] || 'UTC'),
    edge: edgeSettings(environment),
    access: accessSettings(environment),
    shutdown: {
      loadBalancerDelay: secondsOf(
        'SHUTDOWN_DELAY_SECONDS',
        environment['SHUTDOWN_DELAY_SECONDS'] || '0',
      ),
      drain: secondsOf('SHUTDOWN_DRAIN_SECONDS', environment['SHUTDOWN_DRAIN_SECONDS'] || '20'),
    },
  };
}

/** A duration of at most an hour, in milliseconds. */
function secondsOf(name: string, text: string): number {
  const seconds = /^\d{1,4}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Infinity;
  if (seconds <= 3_600) return seconds * 1_000;
  throw new SettingsError(
    `${name} is "${text}", which is not a duration. Set it to a number of seconds from 0 to 3600.`,
  );
}

function edgeSettings(environment: NodeJS.ProcessEnv): ShopEdgeOptions {
  const delay = environment['MAX_EVENT_LOOP_DELAY_SECONDS'] || '1';
  return {
    maxEventLoopDelay: secondsOf('MAX_EVENT_LOOP_DELAY_SECONDS', delay),
    requestsPerMinute: requestsOf(environment['REQUESTS_PER_MINUTE'] || '600'),
    trustProxy: environment['TRUST_PROXY'] || undefined,
    accessLog: switchOf('ACCESS_LOG', environment['ACCESS_LOG']) ?? true,
  };
}

/** Routes with limits of their own keep them, so that there is always one to begin with. */
const unlimited = 1e9;

function requestsOf(text: string): number {
  if (text === 'unlimited') return unlimited;
  const requests = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (requests > 0) return requests;
  throw new SettingsError(
    `REQUESTS_PER_MINUTE is "${text}". Set it to a number from 1 to 9999999, or to unlimited.`,
  );
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new SettingsError(
    `PORT is "${text}", which is not a port. Set it to a number from 0 to 65535.`,
  );
}

function switchOf(name: string, text: string | undefined): boolean | undefined {
  if (!text) return undefined;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new SettingsError(`${name} is "${text}". Set it to on or off.`);
}

/** The library refuses a short secret too, but cannot know which variable it came from. */
function secretOf(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (text.length >= minSecretLength) return text;
  throw new SettingsError(
    `DUAL_ID_SECRET has ${text.length} characters. Set it to ${minSecretLength} or more, or unset it to have a new secret generated at each start.`,
  );
}

/** PostgreSQL counts offsets westward, contrary to ISO 8601, so only names are accepted. */
function timeZoneOf(name: string): string {
  if (/^[a-z]/i.test(name) && isTimeZone(name)) return name;
  throw new SettingsError(
    `SHOP_TIMEZONE is "${name}", which is not a time zone. Set it to a name such as Europe/Rome.`,
  );
}

/** Whether a name is a time zone of the IANA database. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
