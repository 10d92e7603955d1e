import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, root } from './manifest.js';
import { runProgram } from './run-program.js';

const manifest = readManifest();

/** How the packed library is named as a dependency, from the folder it was packed into. */
export const tarball = `file:${manifest.name}-${manifest.version}.tgz`;

/** A folder outside of the repository, into which the packed library is installed. */
export class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'dual-id-packed-'));

  /**
   * Writes the application into the folder, packs the library and installs it as npm does for
   * anybody. Throws npm's words, and then leaves no folder.
   */
  static async of(write: (folder: string) => void): Promise<Installation> {
    const installation = new Installation();
    try {
      write(installation.folder);
      await installation.#npm(root, 'pack', '--pack-destination', installation.folder);
      await installation.#npm(installation.folder, ...install);
      return installation;
    } catch (error) {
      installation.remove();
      throw error;
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #npm(folder: string, command: string, ...words: readonly string[]): Promise<void> {
    const { code, output } = await runProgram(
      'npm',
      [command, '--ignore-scripts', ...words],
      folder,
    );
    if (code !== 0) throw new Error(output);
  }
}

const install = [
  'install',
  '--prefer-offline',
  '--strict-peer-deps',
  '--no-package-lock',
  '--loglevel=error',
] as const;

/**
 * Whether the packed library is tried in this run: `PACKED_APPLICATION=tried` does without where the
 * registry cannot be reached, `required` fails there, and nothing leaves it to another run.
 */
export async function isPacked(): Promise<boolean> {
  const wish = process.env['PACKED_APPLICATION'] ?? '';
  return wish === 'required' || (wish === 'tried' && (await registryResponds()));
}

async function registryResponds(): Promise<boolean> {
  const patience = ['--fetch-retries=0', '--fetch-timeout=10000', '--prefer-online'];
  return (await runProgram('npm', ['view', 'rxjs', 'version', ...patience], root)).code === 0;
}

/** The version of a package that the repository's own tests run with. */
export function versionOf(name: string): string {
  const path = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

export function writeJson(path: string, content: object): void {
  writeFileSync(path, JSON.stringify(content, null, 2));
}
