/** An error with the file that it came from, where a table has several. */
export class FileFailure extends Error {
  constructor(
    readonly file: string,
    override readonly cause: unknown,
  ) {
    super(`${file} failed`, { cause });
  }
}

/** Does something with a file, and names the file in the error that stops it. */
export async function withFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new FileFailure(file, error);
  }
}
