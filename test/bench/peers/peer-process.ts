import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeOnServerCores } from '../cores.js';
import type { PeerName } from './peer.js';

/** What a peer used since it was started. */
export interface Usage {
  readonly statements: number;
  /** Processor time in microseconds. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly rss: number;
}

const script = fileURLToPath(new URL('run-peer.js', import.meta.url));
const startSeconds = 60;
const running = new Set<PeerProcess>();

/** Stops every peer that runs, before the database goes away under it. */
export async function stopPeers(): Promise<void> {
  await Promise.all([...running].map((peer) => peer.stop()));
}

/** A peer in a process of its own. */
export class PeerProcess {
  private constructor(
    readonly name: PeerName,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts a peer and waits until it listens. */
  static async start(
    name: PeerName,
    databaseUrl: string,
    ordersFile: string,
  ): Promise<PeerProcess> {
    const env = { ...process.env, NODE_ENV: 'production' };
    const options = { env, ...nodeOnServerCores() };
    const child = fork(script, [name, databaseUrl, ordersFile], options);
    const signal = AbortSignal.timeout(startSeconds * 1000);
    const ended = once(child, 'exit').then(() => {
      throw new Error(`Peer ${name} ended while it started.`);
    });
    ended.catch(() => undefined);
    const [{ url }] = (await Promise.race([once(child, 'message', { signal }), ended])) as [
      { url: string },
    ];
    const peer = new PeerProcess(name, url, child);
    running.add(peer);
    return peer;
  }

  async usage(): Promise<Usage> {
    const answer = once(this.child, 'message');
    this.child.send('usage');
    const [usage] = (await answer) as [Usage];
    return usage;
  }

  async stop(): Promise<void> {
    running.delete(this);
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
