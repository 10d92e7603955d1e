import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files with secrets in the data folder, which only the user of the shop may read. */
export const secretFiles = { pepper: 'pepper', firstKey: 'first-key' } as const;

/** Writes a secret, whole or not at all, in place of the one that was there. */
export async function writeSecret(path: string, secret: string): Promise<void> {
  await throughDraft(path, secret, (draft) => rename(draft, path));
}

/** Reads a secret, which the first of all processes that ask for it makes. */
export async function sharedSecret(path: string, make: () => string): Promise<string> {
  const kept = await readSecret(path);
  if (kept !== undefined) return kept;
  await throughDraft(path, make(), (draft) => link(draft, path)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  return (await readSecret(path))!;
}

/** Reads a secret; undefined if there is none. */
export async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function throughDraft(
  path: string,
  secret: string,
  publish: (draft: string) => Promise<void>,
): Promise<void> {
  // Containers that share the folder have the same process ids.
  const draft = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    await publish(draft);
  } finally {
    await rm(draft, { force: true });
  }
}
