import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { program } from '../../src/features/embedded-postgres/binaries.js';
import { locateCluster } from '../../src/features/embedded-postgres/cluster.js';
import { surroundings } from '../../src/features/embedded-postgres/server-process.js';
import { serverUser } from '../../src/features/embedded-postgres/server-user.js';
import { usableBinaries } from '../../src/features/embedded-postgres/usable-binaries.js';
import { runSql } from './empty-database.js';

const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;

/** A server of one test, which it may freeze, fill up or make a standby. */
export interface OwnServer {
  readonly url: string;
  /** Stops every process of the server where it is; connections stay open. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Starts it again as a standby, which has nobody to follow. */
  restartAsStandby(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server with a cluster of its own. */
export async function ownServer(
  folder = mkdtempSync(join(tmpdir(), 'dual-id-server-')),
  more: Readonly<Record<string, string>> = {},
): Promise<OwnServer> {
  chmodSync(folder, 0o755);
  const settings = { fsync: 'off', max_wal_size: '64MB', ...more };
  const embedded = await startEmbeddedPostgres({ dataDir: folder, version, settings });
  const { url } = embedded;
  const cluster = locateCluster(folder, version);
  const postmaster = () =>
    Number(readFileSync(join(cluster.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  let frozen: number[] = [];
  let standby: number | undefined;
  const thaw = () => {
    for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT');
  };
  return {
    url,
    freeze: async () => {
      const sessions = await runSql<{ pid: number }>(url, 'SELECT pid FROM pg_stat_activity');
      frozen = [postmaster(), ...sessions.map(({ pid }) => pid)];
      for (const pid of frozen) signal(pid, 'SIGSTOP');
    },
    thaw,
    restartAsStandby: async () => {
      await embedded.stop();
      const file = join(cluster.data, 'standby.signal');
      writeFileSync(file, '');
      const { uid, gid } = statSync(join(cluster.data, 'PG_VERSION'));
      chownSync(file, uid, gid);
      const user = serverUser(cluster);
      const postgres = program(usableBinaries(cluster, user), 'postgres');
      const { port } = new URL(url);
      const flags = ['-D', cluster.data, '-p', port, '-k', '', '-h', '127.0.0.1'];
      const child = spawn(postgres, flags, { ...surroundings(user), cwd: folder, stdio: 'ignore' });
      standby = child.pid;
      await untilAnswers(url);
    },
    stop: async () => {
      thaw();
      if (standby === undefined) await embedded.stop();
      else await ended(standby);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

async function ended(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  while (signal(pid, 0)) await pause();
}

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const responds = await runSql(url, 'SELECT 1').then(
      () => true,
      () => false,
    );
    if (responds) return;
    await pause();
  }
  throw new Error('The standby did not start.');
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
