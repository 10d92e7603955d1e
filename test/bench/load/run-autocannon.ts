import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadRequest, LoadResult } from './load.js';

const script = fileURLToPath(new URL('autocannon-process.js', import.meta.url));
const run = promisify(execFile);

/** Runs autocannon in a process of its own. */
export async function runAutocannon(request: LoadRequest): Promise<LoadResult> {
  const { stdout } = await run(process.execPath, [script, JSON.stringify(request)]);
  return JSON.parse(stdout) as LoadResult;
}
