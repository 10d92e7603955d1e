import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The root of the repository, whose package.json names the shop's config. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** What a run of the command ended with. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where and how a command runs. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What comes through stdin. */
  readonly stdin?: string | Buffer;
}

/** Runs `dual-id` in a process of its own, for half a minute at most. */
export function dualId(
  args: readonly string[],
  { cwd, env, stdin = '' }: Surroundings = {},
): Promise<Ended> {
  const { DATABASE_URL: _, DUAL_ID_DATA_DIR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [main, ...args], {
    cwd: cwd ?? root,
    env: { ...inherited, ...env },
    timeout: 30_000,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
