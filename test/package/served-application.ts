import { spawn } from 'node:child_process';
import { join } from 'node:path';

const mostMilliseconds = 120_000;

/** Runs an application for as long as work takes, and tells the work its address. */
export async function whileServed<T>(
  folder: string,
  database: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: database };
  const main = join(folder, 'dist/serve.js');
  const server = spawn(process.execPath, [main], { cwd: folder, env, timeout: mostMilliseconds });
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
