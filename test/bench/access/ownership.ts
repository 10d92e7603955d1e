import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import type { Visit } from './samples.js';

/** Times of requests in milliseconds. */
export interface VisitTimes {
  readonly calls: number;
  readonly p50: number;
  readonly p95: number;
}

/** Times by whose order was asked for. */
export type OwnershipTimes = Readonly<Record<string, VisitTimes>>;

interface Kind {
  readonly name: string;
  readonly status: number;
  readonly request: (visit: Visit) => readonly [orderUuid: string, token: string];
}

const kinds: readonly Kind[] = [
  { name: 'own', status: 200, request: ({ orderUuid, owner }) => [orderUuid, owner] },
  { name: 'foreign', status: 404, request: ({ orderUuid, stranger }) => [orderUuid, stranger] },
  { name: 'absent', status: 404, request: ({ owner }) => [randomUUID(), owner] },
  { name: 'staff', status: 200, request: ({ orderUuid, staff }) => [orderUuid, staff] },
];

/** Asks for orders one after another on one connection, for each order in all ways in turn. */
export async function ownershipTimes(
  url: string,
  visits: readonly Visit[],
  count: number,
): Promise<OwnershipTimes> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = new Map<string, number[]>(kinds.map(({ name }) => [name, []]));
  const warmUp = Math.ceil(count / 4);
  try {
    for (let at = -warmUp; at < count; at += 1) {
      const visit = visits[(at + warmUp) % visits.length]!;
      for (let turn = 0; turn < kinds.length; turn += 1) {
        // Whoever asks first finds the row colder than the others do.
        const kind = kinds[(at + warmUp + turn) % kinds.length]!;
        const time = await timed(agent, url, kind, visit);
        if (at >= 0) times.get(kind.name)!.push(time);
      }
    }
  } finally {
    agent.destroy();
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, summary(all)]));
}

function timed(agent: Agent, url: string, kind: Kind, visit: Visit): Promise<number> {
  const [orderUuid, token] = kind.request(visit);
  const headers = { authorization: `Bearer ${token}` };
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const sent = get(`${url}/facts/${orderUuid}`, { agent, headers }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === kind.status) resolve(performance.now() - start);
        else reject(new Error(`An order (${kind.name}) was answered ${response.statusCode}.`));
      });
    });
    sent.on('error', reject);
  });
}

function summary(times: readonly number[]): VisitTimes {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { calls: sorted.length, p50: at(0.5), p95: at(0.95) };
}
