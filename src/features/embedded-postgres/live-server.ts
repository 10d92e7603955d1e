import { realpathSync } from 'node:fs';

import { serverUrl } from './cluster.js';
import type { Cluster } from './cluster.js';
import { openDatabase } from './connection.js';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';
import { disownPidFile, isAlive, isServerOf, readPidFile } from './pid-file.js';
import type { PidFile } from './pid-file.js';

const WRONG_PASSWORD = '28P01';

/**
 * The server that already serves the cluster, once it responds; waits for one that is starting or
 * stopping. Fixes a pid file left by a server that is gone.
 */
export async function findLiveServer(
  cluster: Cluster,
  deadline: number,
  pause: (milliseconds: number) => Promise<void>,
): Promise<PidFile | undefined> {
  for (;;) {
    const file = readPidFile(cluster.data);
    // PostgreSQL itself fixes a pid file whose process is gone.
    if (file === undefined || (file.pid > 0 && !isAlive(file.pid))) return undefined;
    const problem = file.status === 'ready' ? await probe(cluster, file) : file.status;
    if (problem === undefined) return file;
    if (!isServerOf(file.pid, cluster.data)) {
      disownPidFile(cluster.data, file);
      return undefined;
    }
    if (problem === WRONG_PASSWORD) throw passwordRefused(cluster, file.pid);
    if (Date.now() > deadline) throw noAnswer(file.pid, problem);
    await pause(50);
  }
}

/**
 * Undefined if the server on that port is the cluster's own and accepts our password; otherwise the
 * reason.
 */
async function probe(cluster: Cluster, { port }: PidFile): Promise<string | undefined> {
  try {
    const served = await openDatabase(serverUrl(cluster, port));
    return realpathSync(served) === cluster.data ? undefined : 'another cluster has its port';
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw error;
    return errorCode(error) || String(error);
  }
}

function passwordRefused(cluster: Cluster, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The running PostgreSQL (process ${pid}) refuses the password in ${cluster.folder}/password: restore that file, or set DATABASE_URL.`,
  );
}

function noAnswer(pid: number, problem: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `A PostgreSQL of an earlier start (process ${pid}) is alive but does not respond (${problem}): end it with "kill -QUIT ${pid}" and start again.`,
  );
}
