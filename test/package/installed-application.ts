import { execFile } from 'node:child_process';
import type { ExecFileException } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, root } from './manifest.js';

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** The module system that an application is written for, as package.json says it. */
export type ModuleSystem = 'module' | 'commonjs';

const manifest = readManifest();
const mostMilliseconds = 150_000;

/**
 * The application of the folder `application`, in a folder outside the repository: once as ES
 * modules, once as CommonJS, with the packed library and its peers installed for both.
 */
export class InstalledApplication {
  private constructor(private readonly folder: string) {}

  /** Packs the library and installs it as npm does for anybody. Throws npm's words. */
  static async install(): Promise<InstalledApplication> {
    const application = new InstalledApplication(mkdtempSync(join(tmpdir(), 'dual-id-packed-')));
    try {
      application.#write();
      await application.#pack();
      await application.#install();
      return application;
    } catch (error) {
      application.remove();
      throw error;
    }
  }

  /** Where the application of a module system is. */
  at(system: ModuleSystem): string {
    return join(this.folder, system);
  }

  /** Compiles it against the packed types; as ES modules, all declarations are checked as well. */
  compile(system: ModuleSystem): Promise<Ended> {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    return run(process.execPath, [compiler, '--pretty', 'false'], this.at(system));
  }

  /** Runs a command that was installed with it. */
  command(system: ModuleSystem, words: readonly string[], database: string): Promise<Ended> {
    const [name, ...rest] = words;
    const bin = join(this.folder, 'node_modules/.bin', name!);
    return run(bin, rest, this.at(system), { DATABASE_URL: database });
  }

  /** Runs one of its own files. */
  program(system: ModuleSystem, file: string, database: string): Promise<Ended> {
    const path = join(this.at(system), 'dist', file);
    return run(process.execPath, [path], this.at(system), { DATABASE_URL: database });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(): void {
    writeJson(join(this.folder, 'package.json'), { private: true, dependencies: dependencies() });
    for (const system of ['module', 'commonjs'] as const) {
      mkdirSync(this.at(system));
      cpSync(join(root, 'test/package/application'), join(this.at(system), 'src'), {
        recursive: true,
      });
      writeJson(join(this.at(system), 'package.json'), {
        type: system,
        dualId: { config: 'dist/data-source.js' },
      });
      // What is declared is the same for both, and checking it whole takes a while.
      const options = { ...compilerOptions, skipLibCheck: system === 'commonjs' };
      writeJson(join(this.at(system), 'tsconfig.json'), {
        compilerOptions: options,
        include: ['src'],
      });
    }
  }

  async #pack(): Promise<void> {
    const words = ['pack', '--ignore-scripts', '--pack-destination', this.folder];
    succeeded(await run('npm', words, root));
  }

  async #install(): Promise<void> {
    const words = ['install', '--ignore-scripts', '--prefer-offline', '--strict-peer-deps'];
    succeeded(await run('npm', [...words, '--no-package-lock', '--loglevel=error'], this.folder));
  }
}

/** Whether the registry answers. */
export async function registryAnswers(): Promise<boolean> {
  const patience = ['--fetch-retries=0', '--fetch-timeout=10000', '--prefer-online'];
  return (await run('npm', ['view', 'rxjs', 'version', ...patience], root)).code === 0;
}

/** A program in a process of its own, which ends after some time at the latest. */
function run(
  program: string,
  words: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { ...process.env, NODE_OPTIONS: '', ...environment };
  const options = { cwd, env, timeout: mostMilliseconds };
  return new Promise((resolve) => {
    execFile(program, [...words], options, (error: ExecFileException | null, out, err) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${out}${err}` }),
    );
  });
}

function succeeded({ code, output }: Ended): void {
  if (code !== 0) throw new Error(output);
}

/** The library, and its peers in the versions that its own tests run with. */
function dependencies(): Record<string, string> {
  const optional = Object.keys(manifest.peerDependenciesMeta);
  const peers = Object.keys(manifest.peerDependencies).filter((name) => !optional.includes(name));
  const versions = [...peers, '@nestjs/typeorm'].map((name) => [name, versionOf(name)] as const);
  const tarball = `file:${manifest.name}-${manifest.version}.tgz`;
  return { ...Object.fromEntries(versions), [manifest.name]: tarball };
}

function versionOf(name: string): string {
  const path = join(root, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, JSON.stringify(content, null, 2));
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
