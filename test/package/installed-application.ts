import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Installation, tarball, versionOf, writeJson } from './installation.js';
import { readManifest, root } from './manifest.js';
import type { Ended } from './run-program.js';
import { runProgram } from './run-program.js';
import type { ServedProgram } from './served-application.js';

/** The module system that an application is written for, as package.json says it. */
export type ModuleSystem = 'module' | 'commonjs';

const manifest = readManifest();

/**
 * The application of the folder `application`, in a folder outside the repository: once as ES
 * modules, once as CommonJS, with the packed library and its peers installed for both.
 */
export class InstalledApplication {
  private constructor(private readonly installation: Installation) {}

  /** Packs the library and installs it as npm does for anybody. Throws npm's words. */
  static async install(): Promise<InstalledApplication> {
    return new InstalledApplication(await Installation.of(write));
  }

  /** Compiles it against the packed types; as ES modules, all declarations are checked as well. */
  compile(system: ModuleSystem): Promise<Ended> {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    return runProgram(process.execPath, [compiler, '--pretty', 'false'], this.#at(system));
  }

  /** Runs a command that was installed with it. */
  command(system: ModuleSystem, words: readonly string[], database: string): Promise<Ended> {
    const [name, ...rest] = words;
    const bin = join(this.installation.folder, 'node_modules/.bin', name!);
    return runProgram(bin, rest, this.#at(system), { DATABASE_URL: database });
  }

  /** Runs one of its own files. */
  program(system: ModuleSystem, file: string, database: string): Promise<Ended> {
    const path = join(this.#at(system), 'dist', file);
    return runProgram(process.execPath, [path], this.#at(system), { DATABASE_URL: database });
  }

  /** Its server, on a free port. */
  served(system: ModuleSystem, database: string): ServedProgram {
    const environment = { DATABASE_URL: database };
    return { folder: this.#at(system), file: 'dist/serve.js', environment };
  }

  remove(): void {
    this.installation.remove();
  }

  /** Where the application of a module system is. */
  #at(system: ModuleSystem): string {
    return join(this.installation.folder, system);
  }
}

function write(folder: string): void {
  writeJson(join(folder, 'package.json'), { private: true, dependencies: dependencies() });
  for (const system of ['module', 'commonjs'] as const) {
    const at = join(folder, system);
    mkdirSync(at);
    cpSync(join(root, 'test/package/application'), join(at, 'src'), { recursive: true });
    writeJson(join(at, 'package.json'), {
      type: system,
      dualId: { config: 'dist/data-source.js' },
    });
    // What is declared is the same for both, and checking it whole takes a while.
    const options = { ...compilerOptions, skipLibCheck: system === 'commonjs' };
    writeJson(join(at, 'tsconfig.json'), { compilerOptions: options, include: ['src'] });
  }
}

/** The library, and its peers in the versions that its own tests run with. */
function dependencies(): Record<string, string> {
  const optional = Object.keys(manifest.peerDependenciesMeta);
  const peers = Object.keys(manifest.peerDependencies).filter((name) => !optional.includes(name));
  const versions = [...peers, '@nestjs/typeorm'].map((name) => [name, versionOf(name)] as const);
  return { ...Object.fromEntries(versions), [manifest.name]: tarball };
}

const compilerOptions = {
  target: 'ES2023',
  module: 'NodeNext',
  rootDir: 'src',
  outDir: 'dist',
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  types: ['node'],
};
