import { execFile } from 'node:child_process';
import type { ExecFileException } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

const mostMilliseconds = 280_000;

/** Runs a program in a process of its own, which ends after some time at the latest. */
export function runProgram(
  program: string,
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = plainEnvironment(environment);
  const options = { cwd, env, timeout: mostMilliseconds };
  return new Promise((resolve) => {
    execFile(program, [...words], options, (error: ExecFileException | null, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${out}${err}` }),
    );
  });
}

/** The environment of this process without what is meant for it alone, and without colours. */
export function plainEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...own } = process.env;
  return { ...own, NODE_OPTIONS: '', NO_COLOR: '1', ...more };
}
