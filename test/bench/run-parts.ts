import type { OwnershipTimes } from './access/ownership.js';
import { measureAccess, measureOwnership } from './access/parts.js';
import type { Experiment } from './experiments.js';
import { experiments } from './experiments.js';
import type { Contestant, Effort, Measurement } from './measure.js';
import { measure } from './measure.js';
import type { BenchOptions } from './options.js';
import type { PeerName } from './peers/peer.js';
import { Site } from './site.js';

/** Measurements by experiment, and in it by peer or size. */
export type Results = Readonly<Record<string, Readonly<Record<string, Measurement>>>>;

/** What a run found out. */
export interface Outcome {
  readonly results: Results;
  readonly ownership: OwnershipTimes | undefined;
}

/** Where the benchmark runs, and how it reports progress. */
export interface Bench {
  readonly options: BenchOptions;
  readonly effort: Effort;
  readonly server: string;
  readonly folder: string;
  readonly say: (text: string) => void;
}

type Part = (bench: Bench, site: Site) => Promise<Results>;

/** Runs the parts that were asked for, one after another. */
export async function runParts(bench: Bench): Promise<Outcome> {
  const { options, effort, server, folder, say } = bench;
  say(`Filling ${options.users} users and ${options.orders} orders`);
  const site = await Site.open(server, options, folder);
  let results: Results = {};
  let ownership: OwnershipTimes | undefined;
  for (const part of options.only) {
    say(`Measuring ${part}`);
    if (part === 'ownership') {
      ownership = await measureOwnership(effort, site);
      await site.close();
      continue;
    }
    const run = special[part] ?? experiment(experiments.find(({ id }) => id === part)!);
    const measured = await run(bench, site);
    for (const [id, sides] of Object.entries(measured)) {
      for (const [key, { rate }] of Object.entries(sides))
        say(`  ${id} ${key}: ${rate.toFixed(0)}/s`);
    }
    results = { ...results, ...measured };
    await site.close();
  }
  return { results, ownership };
}

function experiment({ id, peers, isRefused = false }: Experiment): Part {
  return async ({ effort }, site) => {
    const servers = await site.startAll(peers);
    const contestants = servers.map((server) => ({
      key: server.name,
      servers: [server],
      requests: site.samples.requests[id]!,
      isRefused,
    }));
    return { [id]: await measured(contestants, effort) };
  };
}

/** Creates of the same row with enrolment on and off. */
const enrolment: Part = async ({ effort }, site) => {
  const ours = await site.start('ours');
  const side = (key: string) => ({
    key,
    servers: [ours],
    requests: site.samples.requests[`E6${key}`]!,
  });
  return { E6: await measured([side('on'), side('off')], effort) };
};

/** One connection, so that there is no other request to share a statement with. */
const single: Part = async ({ effort }, site) => {
  const servers = await site.startAll(['ours', 'a']);
  const requests = site.samples.requests['E1']!;
  const contestants = servers.map((server) => ({ key: server.name, servers: [server], requests }));
  return { 'E1 at 1 connection': await measured(contestants, { ...effort, connections: 1 }) };
};

/** The same reads on a hundredth and a tenth of the rows. */
const growth: Part = async (bench, site) => {
  const { options, effort, server, folder } = bench;
  const sites: (readonly [string, Site])[] = [];
  for (const part of [100, 10]) {
    const size = { users: ofSize(options.users, part), orders: ofSize(options.orders, part) };
    sites.push([`${size.orders} orders`, await Site.open(server, size, folder)]);
  }
  sites.push([`${options.orders} orders`, site]);
  const started = await Promise.all(
    sites.map(async ([key, at]) => ({ key, at, server: await at.start('ours') })),
  );
  const results: Record<string, Results[string]> = {};
  for (const id of ['E1', 'E2', 'E3']) {
    const contestants = started.map(({ key, at, server: ours }) => ({
      key,
      servers: [ours],
      requests: at.samples.requests[id]!,
    }));
    results[`${id} by rows`] = await measured(contestants, effort);
  }
  for (const [, at] of sites) await at.close();
  return results;
};

/** Four processes of a peer on one database. */
const instances: Part = async ({ effort }, site) => {
  const peers: readonly PeerName[] = ['ours', 'a', 'b'];
  const servers = new Map<PeerName, Contestant['servers']>();
  for (const peer of peers) servers.set(peer, await site.startAll([peer, peer, peer, peer]));
  const results: Record<string, Results[string]> = {};
  for (const id of ['E1', 'E2', 'E3']) {
    const contestants = peers.map((peer) => ({
      key: peer,
      servers: servers.get(peer)!,
      requests: site.samples.requests[id]!,
    }));
    results[`${id} on 4 instances`] = await measured(contestants, effort);
  }
  return results;
};

const access: Part = (bench, site) => measureAccess(bench, site);

const special: Readonly<Record<string, Part>> = {
  E6: enrolment,
  single,
  growth,
  instances,
  access,
};

function ofSize(rows: number, part: number): number {
  return Math.max(1, Math.round(rows / part));
}

async function measured(contestants: readonly Contestant[], effort: Effort) {
  return Object.fromEntries(await measure(contestants, effort));
}
