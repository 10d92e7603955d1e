import type { AccessSamples } from './access/samples.js';
import { drawAccessSamples } from './access/samples.js';
import type { Samples } from './data/samples.js';
import { drawSamples } from './data/samples.js';
import type { Size } from './data/fill.js';
import { fillDatabase } from './data/fill.js';
import type { PeerName } from './peers/peer.js';
import { PeerProcess } from './peers/peer-process.js';

/** A filled database, its requests, and the peers that serve it. */
export class Site {
  readonly #running: PeerProcess[] = [];
  #access: Promise<AccessSamples> | undefined;

  private constructor(
    readonly databaseUrl: string,
    readonly samples: Samples,
    private readonly folder: string,
  ) {}

  static async open(server: string, size: Size, folder: string): Promise<Site> {
    const databaseUrl = await fillDatabase(server, `bench_${size.users}_${size.orders}`, size);
    return new Site(databaseUrl, await drawSamples(databaseUrl, folder), folder);
  }

  /** Requests with keys, which are issued when they are first asked for. */
  accessSamples(): Promise<AccessSamples> {
    this.#access ??= drawAccessSamples(this.databaseUrl, this.folder);
    return this.#access;
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
