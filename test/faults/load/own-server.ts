import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { locateCluster } from '../../../src/features/embedded-postgres/cluster.js';
import { isAlive, readPidFile } from '../../../src/features/embedded-postgres/pid-file.js';

/** Commits outlive the process of the server, and need not outlive the machine. */
const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
const versionOfRun = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;

/** A PostgreSQL server that a test may end, kill and stop as it likes. */
export class OwnServer {
  readonly #handles: EmbeddedPostgres[] = [];

  private constructor(
    private readonly dataDir: string,
    private readonly version: 15 | 18,
  ) {}

  static async start(version: 15 | 18 = versionOfRun): Promise<OwnServer> {
    const dataDir = join(tmpdir(), `dual-id-own-${randomBytes(6).toString('hex')}`);
    const server = new OwnServer(dataDir, version);
    await server.#start();
    return server;
  }

  get url(): string {
    return this.#handles.at(-1)!.url;
  }

  /** Ends the server by a signal, waits until it is gone, and starts it on the same port. */
  async restart(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL', downMilliseconds = 0): Promise<void> {
    const pid = this.#pid();
    process.kill(pid, signal);
    while (isAlive(pid)) await sleep(20);
    await sleep(downMilliseconds);
    await this.#start(Number(new URL(this.url).port));
  }

  /** Stops every process of the server where it stands. */
  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  async stop(): Promise<void> {
    for (const handle of this.#handles) await handle.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #start(port?: number): Promise<void> {
    const { dataDir, version } = this;
    const options = {
      dataDir,
      version,
      settings,
      ...(port === undefined ? {} : { port }),
    } as const;
    this.#handles.push(await startEmbeddedPostgres(options));
  }

  #pid(): number {
    return readPidFile(locateCluster(this.dataDir, this.version).data)?.pid ?? 0;
  }

  #signal(signal: NodeJS.Signals): void {
    const postmaster = this.#pid();
    process.kill(postmaster, signal);
    for (const pid of childrenOf(postmaster)) {
      try {
        process.kill(pid, signal);
      } catch {
        // A session that ended by itself meanwhile.
      }
    }
  }
}

/** The processes that a process started and that still run, on Linux. */
function childrenOf(parent: number): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.filter((pid) => parentOf(pid) === parent).map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // `pid (name) state parent`, where the name may hold anything.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
