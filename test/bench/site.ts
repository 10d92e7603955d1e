import type { Samples } from './data/samples.js';
import { drawSamples } from './data/samples.js';
import type { Size } from './data/fill.js';
import { fillDatabase } from './data/fill.js';
import type { PeerName } from './peers/peer.js';
import { PeerProcess } from './peers/peer-process.js';

/** A filled database, its requests, and the peers that serve it. */
export class Site {
  readonly #running: PeerProcess[] = [];

  private constructor(
    readonly databaseUrl: string,
    readonly samples: Samples,
  ) {}

  static async open(server: string, size: Size, folder: string): Promise<Site> {
    const databaseUrl = await fillDatabase(server, `bench_${size.users}_${size.orders}`, size);
    return new Site(databaseUrl, await drawSamples(databaseUrl, folder));
  }

  async start(peer: PeerName): Promise<PeerProcess> {
    const started = await PeerProcess.start(peer, this.databaseUrl, this.samples.ordersFile);
    this.#running.push(started);
    return started;
  }

  async startAll(peers: readonly PeerName[]): Promise<PeerProcess[]> {
    const started: PeerProcess[] = [];
    for (const peer of peers) started.push(await this.start(peer));
    return started;
  }

  /** Stops every peer. */
  async close(): Promise<void> {
    await Promise.all(this.#running.splice(0).map((peer) => peer.stop()));
  }
}
