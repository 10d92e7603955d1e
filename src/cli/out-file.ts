import { open, rename, rm, stat } from 'node:fs/promises';
import type { WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that only its owner may read, and that has its name only once it is whole. What
 * the file system refuses is one sentence with the next step; other errors pass.
 */
export async function writeWhole<T>(
  path: string,
  mayReplace: boolean,
  write: (stream: WriteStream) => Promise<T>,
): Promise<T> {
  const unfinished = `${path}.partial`;
  try {
    const result = await written(unfinished, write);
    // Somebody else may have made it while the rows were written.
    await refuseUnwritable(path, mayReplace);
    await rename(unfinished, path);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw sentenceFor(path, error);
  }
}

/** Opened before it is written: a stream that opens the file late could make it after its removal. */
async function written<T>(path: string, write: (stream: WriteStream) => Promise<T>): Promise<T> {
  const file = await open(path, 'w', 0o600);
  try {
    // What an interrupted run left here may have been readable by others.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    return await write(file.createWriteStream());
  } finally {
    await file.close();
  }
}

/** Finds out before a row is read what would be refused after all of them are written. */
export async function refuseUnwritable(path: string, mayReplace: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw sentenceFor(path, { code: 'EISDIR' });
  // A file would take the place of a device or pipe, and not go through it.
  if (found && !found.isFile()) throw sentenceFor(path, { code: notFile });
  if (found && !mayReplace) throw sentenceFor(path, { code: 'EEXIST' });
}

const notFile = 'dual-id:not-a-file';

const reasons = new Map<unknown, (path: string) => string>([
  ['ENOENT', (path) => `there is no folder ${dirname(path)}. Make it, or name another file`],
  ['ENOTDIR', (path) => `${dirname(path)} is no folder. Name another file`],
  ['EEXIST', () => 'it is there. Replace it with --overwrite, or name another file'],
  ['EISDIR', () => 'it is a folder. Name a file'],
  [notFile, () => 'it is a device, pipe or socket. Send the standard output there, or name a file'],
  ['EACCES', () => 'that is not allowed here. Name another file'],
  ['EPERM', () => 'that is not allowed here. Name another file'],
  ['EROFS', () => 'that is not allowed here. Name another file'],
  ['ENAMETOOLONG', () => 'the name is too long. Name another file'],
  ['ENOSPC', () => 'the disk is full. Make room, or name another file'],
]);

function sentenceFor(path: string, error: unknown): unknown {
  const reason = reasons.get((error as { code?: unknown }).code);
  if (!reason) return error;
  const problem = `${path} cannot be written: ${reason(path)} with --out.`;
  return new Error(problem, { cause: error });
}
