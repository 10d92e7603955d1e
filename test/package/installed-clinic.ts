import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, tarball, versionOf, writeJson } from './installation.js';
import { readManifest, root } from './manifest.js';
import type { Ended } from './run-program.js';
import { runProgram } from './run-program.js';
import type { ServedProgram } from './served-application.js';

interface Dependencies {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

/** The clinic of the folder `clinic`, as somebody has it who installed the packed library. */
export class InstalledClinic {
  private constructor(private readonly installation: Installation) {}

  static async install(): Promise<InstalledClinic> {
    return new InstalledClinic(await Installation.of(write));
  }

  get folder(): string {
    return this.installation.folder;
  }

  /** Runs a script of its package.json. */
  script(name: string, environment: Readonly<Record<string, string>>): Promise<Ended> {
    return runProgram('npm', ['run', '--silent', name], this.folder, environment);
  }

  /** Its server as `npm run start:prod` starts it. */
  served(environment: Readonly<Record<string, string>>): ServedProgram {
    return { folder: this.folder, file: 'dist/main', environment };
  }

  remove(): void {
    this.installation.remove();
  }
}

/** The clinic as it is, but for the versions of what it needs, which are those of the repository. */
function write(folder: string): void {
  cpSync(join(root, 'test/package/clinic'), folder, { recursive: true });
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Dependencies;
  writeJson(path, {
    ...manifest,
    dependencies: { ...pinned(manifest.dependencies), [readManifest().name]: tarball },
    devDependencies: pinned(manifest.devDependencies),
  });
}

function pinned(wanted: Readonly<Record<string, string>>): Record<string, string> {
  const { devDependencies } = readManifest();
  return Object.fromEntries(
    Object.entries(wanted).map(([name, range]) => [
      name,
      name in devDependencies && name !== '@types/node' ? versionOf(name) : range,
    ]),
  );
}
