import { open, rename, rm, stat } from 'node:fs/promises';
import type { WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that only its owner may read, and that gets its name only once it is complete.
 * Errors of the file system become one sentence with the next step; other errors are passed on.
 */
export async function writeWhole<T>(
  path: string,
  mayReplace: boolean,
  write: (stream: WriteStream) => Promise<T>,
): Promise<T> {
  const unfinished = `${path}.partial`;
  try {
    const result = await writeOut(unfinished, write);
    // Another process may have created it while the rows were written.
    await refuseUnwritable(path, mayReplace);
    await rename(unfinished, path);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw fileSentence(path, error);
  }
}

/**
 * Opened before it is written: a stream that opens the file late could create it after its removal.
 */
async function writeOut<T>(path: string, write: (stream: WriteStream) => Promise<T>): Promise<T> {
  const file = await open(path, 'w', 0o600);
  try {
    // The remains of an interrupted run may have been readable by others.
    if ((await file.stat()).isFile()) await file.chmod(0o600);
    return await write(file.createWriteStream());
  } finally {
    await file.close();
  }
}

/** Checks before a row is read what would be refused after all of them were written. */
export async function refuseUnwritable(path: string, mayReplace: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw fileSentence(path, { code: 'EISDIR' });
  // A file would replace a device or pipe, and not be written through it.
  if (found && !found.isFile()) throw fileSentence(path, { code: notFile });
  if (found && !mayReplace) throw fileSentence(path, { code: 'EEXIST' });
}

const notFile = 'dual-id:not-a-file';

const fileReasons = new Map<unknown, (path: string) => string>([
  ['ENOENT', (path) => `there is no folder ${dirname(path)}. Create it, or choose another file`],
  ['ENOTDIR', (path) => `${dirname(path)} is not a folder. Choose another file`],
  ['EEXIST', () => 'it exists. Replace it with --overwrite, or choose another file'],
  ['EISDIR', () => 'it is a folder. Choose a file'],
  [
    notFile,
    () => 'it is a device, pipe or socket. Send the standard output there, or choose a file',
  ],
  ['EACCES', () => 'writing there is not permitted. Choose another file'],
  ['EPERM', () => 'writing there is not permitted. Choose another file'],
  ['EROFS', () => 'writing there is not permitted. Choose another file'],
  ['ENAMETOOLONG', () => 'the name is too long. Choose another file'],
  ['ENOSPC', () => 'the disk is full. Free some space, or choose another file'],
]);

function fileSentence(path: string, error: unknown): unknown {
  const reason = fileReasons.get((error as { code?: unknown }).code);
  if (!reason) return error;
  const problem = `${path} cannot be written: ${reason(path)} with --out.`;
  return new Error(problem, { cause: error });
}
