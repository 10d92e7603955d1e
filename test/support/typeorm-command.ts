import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How TypeORM's command line ended. */
export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = fileURLToPath(new URL('../../../node_modules/typeorm/cli.js', import.meta.url));

/** Runs `typeorm` as a developer does, on a data source that `tsc` wrote. */
export function typeorm(
  words: readonly string[],
  dataSource: string,
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1', ...environment };
  const args = [cli, ...words, '-d', dataSource];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env, timeout: 50_000 }, (error, out, err) => {
      const code = error ? Number(error.code ?? 1) : 0;
      resolve({ code, output: `${out}${err}` });
    });
  });
}
