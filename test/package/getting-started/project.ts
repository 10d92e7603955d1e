import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readManifest, root } from '../manifest.js';
import { ShellCommand } from './shell-command.js';

/** A folder in which somebody does what the page says, line by line. */
export class FollowedProject {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dual-id-started-'));
  readonly #served: ShellCommand[] = [];
  readonly #port: number;
  #place = this.#folder;

  private constructor(
    private readonly database: string,
    port: number,
  ) {
    this.#port = port;
  }

  /** Packs the library for a reader whose server has this address. */
  static async begin(database: string): Promise<FollowedProject> {
    const project = new FollowedProject(database, await freePort());
    const words = `npm pack --ignore-scripts --pack-destination ${project.#folder}`;
    await new ShellCommand(words, root, {}).done;
    return project;
  }

  write(path: string, text: string): void {
    const file = join(this.#place, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Does one line and returns what it printed. Throws that when it failed. */
  async do(line: string): Promise<string> {
    // The server is there already, and its address is set.
    if (/^docker compose up|^export DATABASE_URL=/.test(line)) return '';
    if (line.startsWith('cd ')) {
      this.#place = join(this.#place, line.slice('cd '.length));
      return '';
    }
    const command = new ShellCommand(this.#asDoneHere(line), this.#place, {
      DATABASE_URL: this.database,
      PORT: String(this.#port),
    });
    if (line !== 'npm start') return command.done;
    this.#served.push(command);
    return command.says('successfully started');
  }

  /** Ends what still runs; the folder goes with the folder of the test run. */
  async end(): Promise<void> {
    for (const command of this.#served) await command.end();
  }

  /** With the packed library, a free port, and Nest's command as it is installed. */
  #asDoneHere(line: string): string {
    const { name, version } = readManifest();
    const nest = `${join(root, 'node_modules/.bin/nest')} new --skip-install --skip-git`;
    const npm = 'npm install --prefer-offline --ignore-scripts --loglevel=error';
    return line
      .replace(/^npx @nestjs\/cli new\b/, nest)
      .replace(/^npm install nest-dual-id\b/, `${npm} ${this.#folder}/${name}-${version}.tgz`)
      .replace(/^curl http:\/\/localhost:3000/, `curl -s http://localhost:${this.#port}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
