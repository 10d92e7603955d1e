import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from './manifest.js';

/** The files that npm puts into the package, by their paths. */
export async function packedFiles(): Promise<readonly string[]> {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', words, { cwd: root, timeout: 50_000 });
  const [tarball] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return tarball.files.map(({ path }) => path);
}
