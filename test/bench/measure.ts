import type { Generator, LoadResult } from './load/load.js';
import { runLoad } from './load/load.js';
import type { PeerProcess, Usage } from './peers/peer-process.js';

/** One side of a comparison: servers, and what they are asked. */
export interface Contestant {
  readonly key: string;
  /** Several instances share the load. */
  readonly servers: readonly PeerProcess[];
  /** File of requests. */
  readonly requests: string;
  /** Every request has to be refused, instead of none. */
  readonly isRefused?: boolean;
}

/** How long and how hard to measure. */
export interface Effort {
  readonly generator: Generator;
  readonly connections: number;
  readonly seconds: number;
  readonly rounds: number;
}

/** Medians over the rounds. */
export interface Measurement {
  /** Answers per second. */
  readonly rate: number;
  /** The rate of each round. */
  readonly rates: readonly number[];
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** SQL statements for each answer, those around a transaction included. */
  readonly statements: number;
  /** Processor time of the servers for each answer, in microseconds; the database's is not in it. */
  readonly cpu: number;
  /** The processor time of each round. */
  readonly cpus: readonly number[];
  /** Resident memory afterwards, of all servers together, in megabytes. */
  readonly memory: number;
}

interface Run {
  readonly load: LoadResult;
  readonly statements: number;
  readonly cpu: number;
}

const warmUpSeconds = 8;
const leadInSeconds = 1;
let served = 0;

/**
 * Measures contestants in turns, so that whatever else the machine does meets all of them. A turn
 * begins with a lead-in that does not count, because who waited for the others has lost its place
 * in the caches of the processor. The order is turned round by round, and a first run of each does
 * not count either: it warms up, and instances that share the load have to be warmed up in turn for
 * as long as one that has it all.
 */
export async function measure(
  contestants: readonly Contestant[],
  effort: Effort,
): Promise<ReadonlyMap<string, Measurement>> {
  for (const contestant of contestants) {
    await load(contestant, { ...effort, seconds: warmUpSeconds * contestant.servers.length });
  }
  const runs = new Map<string, Run[]>(contestants.map(({ key }) => [key, []]));
  for (let round = 0; round < effort.rounds; round++) {
    const turn = round % contestants.length;
    for (const contestant of [...contestants.slice(turn), ...contestants.slice(0, turn)]) {
      runs.get(contestant.key)!.push(await run(contestant, effort));
    }
  }
  const measured = contestants.map(async ({ key, servers }) => {
    const { rss } = await usageOf(servers);
    return [key, summary(runs.get(key)!, rss / 1e6)] as const;
  });
  return new Map(await Promise.all(measured));
}

/** The ratio of two rates, or processor times, of pairs that met the same moment: one a round. */
export function ratioOf(
  one: Measurement,
  other: Measurement,
  of: 'rates' | 'cpus' = 'rates',
): number {
  return median(one[of].map((value, round) => value / other[of][round]!));
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

async function run(contestant: Contestant, effort: Effort): Promise<Run> {
  const { key, servers, isRefused } = contestant;
  await load(contestant, { ...effort, seconds: leadInSeconds });
  const before = await usageOf(servers);
  const result = await load(contestant, effort);
  const after = await usageOf(servers);
  const unexpected = isRefused ? result.answers - result.refused : result.refused;
  if (result.answers === 0 || result.broken > 0 || unexpected > 0) {
    throw new Error(`${key} did not answer as it should: ${JSON.stringify(result)}`);
  }
  return {
    load: result,
    statements: (after.statements - before.statements) / result.answers,
    cpu: (after.cpu - before.cpu) / result.answers,
  };
}

async function load({ servers, requests }: Contestant, effort: Effort): Promise<LoadResult> {
  const { generator, seconds } = effort;
  const connections = Math.ceil(effort.connections / servers.length);
  const loads = await Promise.all(
    servers.map(({ url }, index) => {
      const offset = served + index * 5000;
      return runLoad(generator, { url, requests, offset, connections, seconds });
    }),
  );
  const result = together(loads);
  served += result.answers;
  return result;
}

async function usageOf(servers: readonly PeerProcess[]): Promise<Usage> {
  const usages = await Promise.all(servers.map((server) => server.usage()));
  const sum = (name: keyof Usage) => usages.reduce((total, usage) => total + usage[name], 0);
  return { statements: sum('statements'), cpu: sum('cpu'), rss: sum('rss') };
}

function together(loads: readonly LoadResult[]): LoadResult {
  const sum = (name: keyof LoadResult) => loads.reduce((total, load) => total + load[name], 0);
  return {
    rate: sum('rate'),
    p50: median(loads.map(({ p50 }) => p50)),
    p99: Math.max(...loads.map(({ p99 }) => p99)),
    answers: sum('answers'),
    refused: sum('refused'),
    broken: sum('broken'),
  };
}

function summary(runs: readonly Run[], memory: number): Measurement {
  const of = (name: 'rate' | 'p50' | 'p99') => median(runs.map(({ load }) => load[name]));
  return {
    rate: of('rate'),
    rates: runs.map(({ load }) => load.rate),
    p50: of('p50'),
    p99: of('p99'),
    statements: median(runs.map(({ statements }) => statements)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    cpus: runs.map(({ cpu }) => cpu),
    memory,
  };
}
