import { open, rename, rm, stat } from 'node:fs/promises';
import type { WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that has its name only once it is whole. What the file system refuses is one
 * sentence with the next step; other errors pass.
 */
export async function writeWhole<T>(
  path: string,
  write: (stream: WriteStream) => Promise<T>,
): Promise<T> {
  const unfinished = `${path}.partial`;
  try {
    await refuseFolder(path);
    const result = await written(unfinished, write);
    await rename(unfinished, path);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw sentenceFor(path, error);
  }
}

/** Opened before it is written: a stream that opens the file late could make it after its removal. */
async function written<T>(path: string, write: (stream: WriteStream) => Promise<T>): Promise<T> {
  const file = await open(path, 'w');
  try {
    return await write(file.createWriteStream());
  } finally {
    await file.close();
  }
}

/** Found out before all rows are written, for a file cannot take the name of a folder. */
async function refuseFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
}

const reasons = new Map<unknown, (path: string) => string>([
  ['ENOENT', (path) => `there is no folder ${dirname(path)}. Make it, or name another file`],
  ['ENOTDIR', (path) => `${dirname(path)} is no folder. Name another file`],
  ['EISDIR', () => 'it is a folder. Name a file'],
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
