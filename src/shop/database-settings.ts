import type { ConnectionMode } from 'nest-dual-id';
import { SettingsError } from './settings-error.js';

/** A connection string with one PostgreSQL host; undefined means the embedded server. */
export function databaseUrlOf(text: string | undefined, name = 'DATABASE_URL'): string | undefined {
  if (!text) return undefined;
  if (!/^postgres(?:ql)?:\/\/|^socket:/.test(text)) throw noConnectionString(name);
  const [, authority = ''] = /^\w+:\/\/([^/?]*)/.exec(text) ?? [];
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw new SettingsError(
      `${name} names several hosts, and the driver connects to one. Set it to one host, or to a pooler or a name that follows the primary.`,
    );
  }
  return text;
}

/** Whether there is a pooler in front of the database that lends connections per transaction. */
export function connectionOf(text: string | undefined): ConnectionMode {
  if (!text || text === 'direct') return 'direct';
  if (text === 'transaction-pooler') return text;
  throw new SettingsError(
    `DATABASE_CONNECTION is "${text}". Set it to direct or transaction-pooler.`,
  );
}

/** Names the setting if the driver cannot read a connection string or find its host. */
export function namingDatabaseUrl(error: unknown): unknown {
  const { code, hostname } = (error ?? {}) as NodeJS.ErrnoException & { hostname?: string };
  if (code === 'ERR_INVALID_URL' || error instanceof URIError) return noConnectionString();
  if (code !== 'ENOTFOUND') return error;
  return new SettingsError(
    `The host "${hostname}" of DATABASE_URL cannot be found. Correct it, or unset DATABASE_URL to use the embedded database.`,
  );
}

function noConnectionString(name = 'DATABASE_URL'): SettingsError {
  return new SettingsError(
    `${name} is not a connection string. Set it to one such as postgres://user:password@host:5432/database.`,
  );
}
