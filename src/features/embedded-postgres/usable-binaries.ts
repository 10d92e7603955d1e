import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { findBinaries, program } from './binaries.js';
import type { Binaries } from './binaries.js';
import { readIfThere } from './cluster.js';
import type { Cluster } from './cluster.js';
import { errorCode } from './embedded-postgres.error.js';
import { closedFolder, isAllowed } from './server-user.js';
import type { ServerUser } from './server-user.js';

/**
 * The installed binaries, ready to run: with the library links that a skipped install script left
 * out, and copied into the data folder (about 60 MB, once per version) if they cannot be used in
 * place.
 */
export function usableBinaries(cluster: Cluster, user: ServerUser | undefined): Binaries {
  const installed = findBinaries(cluster.major);
  if (isReachable(installed, user) && isCompleted(installed)) return installed;
  const root = join(cluster.root, `postgres-binaries-${installed.version}`);
  const copy = { ...installed, root };
  if (!existsSync(root)) copyBinaries(installed, root);
  complete(copy);
  return copy;
}

function isReachable(binaries: Binaries, user: ServerUser | undefined): boolean {
  if (user === undefined) return true;
  const postgres = program(binaries, 'postgres');
  const catalog = join(binaries.root, 'native', 'share', 'postgresql', 'postgres.bki');
  const folders = [dirname(postgres), dirname(catalog)];
  if (folders.some((folder) => closedFolder(folder, user) !== undefined)) return false;
  return isAllowed(postgres, user, 0o4) && isAllowed(catalog, user, 0o4);
}

/** False if something is missing and this process may not change the installation. */
function isCompleted(binaries: Binaries): boolean {
  try {
    complete(binaries);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) return false;
    throw error;
  }
}

function complete(binaries: Binaries): void {
  if (process.platform === 'win32') return;
  for (const { source, target } of missingLinks(binaries)) addLink(binaries, source, target);
  for (const name of ['initdb', 'postgres'] as const) {
    const file = program(binaries, name);
    const mode = statSync(file).mode;
    if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
  }
}

/** npm packages cannot contain symlinks, so the platform packages list theirs in a file. */
function missingLinks({ root }: Binaries): { source: string; target: string }[] {
  const list = readIfThere(join(root, 'native', 'pg-symlinks.json')) ?? '[]';
  const links = JSON.parse(list) as { source: string; target: string }[];
  return links.filter(({ target }) => !lstatSync(join(root, target), { throwIfNoEntry: false }));
}

function addLink({ root }: Binaries, source: string, target: string): void {
  const folder = join(root, dirname(target));
  accessSync(folder, constants.W_OK);
  try {
    symlinkSync(basename(source), join(root, target));
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

/**
 * Copies under a temporary name and moves the result into place, so that an incomplete copy is
 * never used.
 */
function copyBinaries(installed: Binaries, root: string): void {
  const staging = mkdtempSync(`${root}.new-`);
  try {
    cpSync(join(installed.root, 'native'), join(staging, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    if (process.platform !== 'win32') spawnSync('chmod', ['-R', 'a+rX', staging]);
    renameSync(staging, root);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(root)) throw error;
  }
}
