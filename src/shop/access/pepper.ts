import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SettingsError } from '../settings-error.js';
import { readSecret, secretFiles, sharedSecret } from './secret-file.js';

/** Where the pepper of API keys may come from. */
export interface PepperSettings {
  readonly pepper: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
}

/**
 * The pepper of API keys. That of an embedded database is made once and kept in the data folder;
 * for any other database, which instances share, none is made.
 */
export async function pepperOf({ pepper, databaseUrl, dataDir }: PepperSettings): Promise<string> {
  if (pepper !== undefined) return pepper;
  const path = join(dataDir, secretFiles.pepper);
  if (databaseUrl === undefined) {
    return sharedSecret(path, () => randomBytes(32).toString('hex'));
  }
  const kept = await readSecret(path);
  if (kept !== undefined) return kept;
  throw new SettingsError(
    'DUAL_ID_PEPPER is not set, and API keys of the database at DATABASE_URL are hashed with it. Set it to the same for all instances, such as what openssl rand -hex 32 prints.',
  );
}
