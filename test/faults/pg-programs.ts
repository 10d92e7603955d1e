import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The major version of the `pg_dump` on this machine; undefined where there is none. */
export async function dumpMajor(): Promise<number | undefined> {
  try {
    const { stdout } = await run('pg_dump', ['--version']);
    return Number(/\d+/.exec(stdout)?.[0]);
  } catch {
    return undefined;
  }
}

/** Runs a program of PostgreSQL for a minute at most; it fails with what the program complains of. */
export async function pgProgram(name: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(name, [...args], { timeout: 60_000, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
