import { spawn } from 'node:child_process';
import { plainEnvironment } from './run-program.js';

const mostMilliseconds = 120_000;

/** Runs a program that serves for as long as work takes, and tells the work its address. */
export async function whileServed<T>(
  { folder, file, environment }: ServedProgram,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const env = plainEnvironment(environment);
  const options = { cwd: folder, env, timeout: mostMilliseconds };
  const server = spawn(process.execPath, [file], options);
  let output = '';
  const url = new Promise<string>((resolve, reject) => {
    const hear = (chunk: unknown) => {
      output += String(chunk);
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    server.stdout.on('data', hear);
    server.stderr.on('data', hear);
    server.on('exit', () => reject(new Error(`It ended: ${output}`)));
  });
  try {
    return await work(await url);
  } finally {
    server.kill();
  }
}

/** A program that says `listening on` and its address. */
export interface ServedProgram {
  readonly folder: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}
