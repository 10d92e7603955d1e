import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';

const endings = 'ts,mts,cts,js,mjs,cjs,sql';

/** The files that paths, folders and globs name, in the order of their names. */
export async function migrationFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of paths) for (const file of await filesAt(path)) found.add(file);
  return [...found].toSorted();
}

async function filesAt(path: string): Promise<readonly string[]> {
  const known = await stat(path).catch(() => undefined);
  // A file that is named is tried, whatever its name is.
  if (known && !known.isDirectory()) return [path];
  if (known) {
    const names = await glob(`**/*.{${endings}}`, { cwd: path, ignore: neverMigrations });
    return names.map((name) => join(path, name));
  }
  if (!isDynamicPattern(path)) return [path];
  return glob(path, { ignore: neverMigrations, expandDirectories: false });
}

/** Declarations and what a folder of dependencies holds are no migrations. */
const neverMigrations = ['**/*.d.{ts,mts,cts}', '**/node_modules/**'];
