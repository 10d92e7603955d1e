import type { Binaries } from './binaries.js';
import { rememberedPort, rememberPort, serverUrl } from './cluster.js';
import type { Cluster } from './cluster.js';
import { openDatabase } from './connection.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { initCluster, reclaimCluster } from './init-cluster.js';
import { findLiveServer } from './live-server.js';
import { choosePort, portTaken } from './port.js';
import { lastComplaint } from './server-log.js';
import { runServer } from './server-process.js';
import type { ServerOptions } from './server-process.js';
import { requireEntry, serverUser } from './server-user.js';
import type { ServerUser } from './server-user.js';
import { usableBinaries } from './usable-binaries.js';

// Another program may have taken the port between our check and the server's.
const LOST_PORT = /TCP\/IP socket/;
// Sessions of a killed server finish their statement before they notice; until then no server may
// start.
const ORPHANS = /shared memory block/;

// Another process is starting it at the same moment, and its pid file is incomplete or already
// gone.
const OVERTAKEN = /lock file "postmaster.pid"/;

/** A server that serves a cluster. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** Whether another process started it. */
  readonly adopted: boolean;
  /** How it ended, once it has; known only for a child of this process. */
  readonly ended?: Promise<string>;
}

/** How a server is started. */
export interface LaunchOptions extends Pick<
  ServerOptions,
  'settings' | 'deadline' | 'pause' | 'keepLog'
> {
  /** The one port to use; without it the remembered one, or any. */
  readonly port: number | undefined;
}

/** Creates the cluster of a data folder that has none yet. */
export async function createCluster(cluster: Cluster, durable: boolean): Promise<void> {
  await initCluster(cluster, { ...installation(cluster), durable });
}

/** Adopts the server of the cluster, or starts one. */
export async function bringUp(cluster: Cluster, options: LaunchOptions): Promise<Server> {
  return (await adopt(cluster, options)) ?? launch(cluster, options);
}

async function adopt(
  cluster: Cluster,
  { port, deadline, pause }: LaunchOptions,
): Promise<Server | undefined> {
  const live = await findLiveServer(cluster, deadline, pause);
  if (live === undefined) return undefined;
  if (port === undefined || port === live.port) {
    return { pid: live.pid, port: live.port, adopted: true };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL already serves ${cluster.data} on port ${live.port} instead of ${port}: stop the application that uses it, or end it with "kill -INT ${live.pid}", and start again.`,
  );
}

async function launch(cluster: Cluster, options: LaunchOptions): Promise<Server> {
  const { binaries, user } = installation(cluster);
  reclaimCluster(cluster, user);
  for (;;) {
    const port = await choosePort(options.port, rememberedPort(cluster));
    const run = { ...options, binaries, user, port };
    const { pid, isReady, ended } = await runServer(cluster, run);
    if (isReady) {
      rememberPort(cluster, port);
      await openDatabase(serverUrl(cluster, port));
      return { pid, port, adopted: false, ended };
    }
    const complaint = lastComplaint(cluster, pid);
    const adopted = await adopt(cluster, options);
    if (adopted) return adopted;
    const isPortLost = LOST_PORT.test(complaint);
    if (isPortLost && options.port !== undefined) throw portTaken(port);
    const isPassing = isPortLost || ORPHANS.test(complaint) || OVERTAKEN.test(complaint);
    if (!isPassing || Date.now() > options.deadline) throw startFailed(cluster, complaint);
    await options.pause(100);
  }
}

function installation(cluster: Cluster): { binaries: Binaries; user: ServerUser | undefined } {
  const user = serverUser(cluster);
  requireEntry(cluster, user);
  return { user, binaries: usableBinaries(cluster, user) };
}

function startFailed(cluster: Cluster, complaint: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL stopped while starting on ${cluster.data} (${complaint}): see ${cluster.log}.`,
  );
}
