import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LoadRequest, LoadResult } from './load.js';

const script = fileURLToPath(new URL('../../../../test/bench/load/wrk.lua', import.meta.url));
const run = promisify(execFile);

/** Runs wrk with one thread, so that its script hands out every request once. */
export async function runWrk(request: LoadRequest): Promise<LoadResult> {
  const { url, requests, offset, connections, seconds } = request;
  const { stdout } = await run('wrk', [
    ...[
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '--timeout',
      '10s',
      '-s',
      script,
      url,
    ],
    ...['--', requests, String(offset)],
  ]);
  const line = stdout.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk measured nothing: ${stdout}`);
  return JSON.parse(line) as LoadResult;
}
