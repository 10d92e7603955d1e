import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';

import { program } from './binaries.js';
import type { Binaries } from './binaries.js';
import { hasCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isAlive } from './pid-file.js';
import { lastComplaint, openLog } from './server-log.js';
import { surroundings } from './server-process.js';
import type { ServerUser } from './server-user.js';

// Not every system has C.UTF-8; C also sorts by bytes, but upper() and lower() handle only ASCII.
const LOCALES = ['C.UTF-8', 'C'] as const;

/** How a cluster is created. */
export interface InitOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  /** False skips waiting for the disk, for temporary clusters. */
  readonly durable: boolean;
}

/**
 * Creates the cluster under a temporary name and moves it into place, so that an interrupted initdb
 * leaves no partial cluster, and of two concurrent processes one wins and the other uses the
 * result.
 */
export async function initCluster(cluster: Cluster, options: InitOptions): Promise<void> {
  removeLeftovers(cluster);
  const staging = mkdtempSync(`${cluster.folder}.new-${process.pid}-`);
  try {
    const password = join(staging, 'password');
    writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    if (options.user) giveTo(options.user, [staging, password]);
    await initdb(cluster, staging, options);
    moveIntoPlace(staging, cluster);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Gives a cluster owned by root, for instance one restored from a copy, back to the server's user.
 */
export function reclaimCluster(cluster: Cluster, user: ServerUser | undefined): void {
  if (user === undefined || statSync(cluster.data).uid === user.uid) return;
  spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, cluster.folder]);
}

async function initdb(cluster: Cluster, staging: string, options: InitOptions): Promise<void> {
  for (const locale of LOCALES) {
    const code = await runInitdb(cluster, staging, { ...options, locale });
    if (code === 0) return;
    const complaint = lastComplaint(cluster);
    const isLocale = /locale/i.test(complaint);
    if (!isLocale || locale === LOCALES.at(-1)) throw initFailed(cluster, complaint);
  }
}

function runInitdb(
  cluster: Cluster,
  staging: string,
  options: InitOptions & { locale: string },
): Promise<number | null> {
  const log = openLog(cluster);
  const flags = [
    `--pgdata=${join(staging, 'data')}`,
    `--pwfile=${join(staging, 'password')}`,
    `--locale=${options.locale}`,
    '--encoding=UTF8',
    '--username=owner',
    '--auth=scram-sha-256',
    ...(options.durable ? [] : ['--no-sync']),
  ];
  const child = spawn(program(options.binaries, 'initdb'), flags, {
    ...surroundings(options.user),
    cwd: staging,
    stdio: ['ignore', log.fd, log.fd],
  });
  return new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => log.close());
}

function initFailed(cluster: Cluster, complaint: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL could not create its cluster in ${cluster.folder} (${complaint}): see ${cluster.log}.`,
  );
}

function moveIntoPlace(staging: string, cluster: Cluster): void {
  try {
    renameSync(staging, cluster.folder);
  } catch (error) {
    if (hasCluster(cluster)) return;
    if (!existsSync(cluster.folder)) throw error;
    throw new EmbeddedPostgresError(
      `The folder ${cluster.folder} exists but holds no PostgreSQL cluster: move it away and start again.`,
      { cause: error },
    );
  }
}

function giveTo(user: ServerUser, paths: string[]): void {
  for (const path of paths) chownSync(path, user.uid, user.gid);
}

/** Removes what initdb left behind if the application was killed before it finished. */
function removeLeftovers(cluster: Cluster): void {
  const prefix = `${basename(cluster.folder)}.new-`;
  for (const name of readdirSync(cluster.root)) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10)))
      continue;
    rmSync(join(cluster.root, name), { recursive: true, force: true });
  }
}
