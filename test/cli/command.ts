import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../src/cli/run-command.js';

/** The root of the repository, whose package.json names the shop's config. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** How a run of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Where and how a command runs. */
export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a separate process. */
export interface ProcessSurroundings extends Surroundings {
  /** The input on stdin. */
  readonly stdin?: string | Buffer;
  /** Whoever reads its output has gone before it writes any. */
  readonly isUnread?: boolean;
}

/**
 * Runs `dual-id` like its program, but in the process of the test: loading it again takes seconds.
 */
export async function dualId(
  args: readonly string[],
  { cwd = root, env = {} }: Surroundings = {},
): Promise<Ended> {
  const before = { cwd: process.cwd(), env: process.env };
  const out = captured(process.stdout);
  const err = captured(process.stderr);
  process.env = { ...withoutDatabase(), ...env };
  process.chdir(cwd);
  try {
    const code = await runCommand(args);
    return { code, out: out.text(), err: err.text() };
  } finally {
    process.chdir(before.cwd);
    process.env = before.env;
    out.release();
    err.release();
  }
}

/** Runs `dual-id` in a separate process, for at most half a minute. */
export function dualIdProcess(
  args: readonly string[],
  { cwd, env, stdin = '', isUnread = false }: ProcessSurroundings = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: cwd ?? root,
    env: { ...withoutDatabase(), ...env },
    timeout: 30_000,
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  let out = '';
  let err = '';
  if (isUnread) child.stdout.destroy();
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

function withoutDatabase(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, DUAL_ID_DATA_DIR: __, ...inherited } = process.env;
  return inherited;
}

/** Captures what is written to a stream of this process. */
function captured(stream: NodeJS.WriteStream) {
  const chunks: Buffer[] = [];
  const write = stream.write;
  stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    chunks.push(Buffer.from(chunk as string));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof stream.write;
  return {
    text: () => Buffer.concat(chunks).toString(),
    release: () => void (stream.write = write),
  };
}
