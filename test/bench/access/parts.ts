import { measure } from '../measure.js';
import type { Contestant, Effort, Measurement } from '../measure.js';
import type { PeerProcess } from '../peers/peer-process.js';
import type { Site } from '../site.js';
import { requireGuards } from './guards.js';
import { ownershipTimes } from './ownership.js';
import type { OwnershipTimes } from './ownership.js';

/** E1 to E4 with keys; E1 also without, for the processor time of access. */
export async function measureAccess(
  { effort, say }: { readonly effort: Effort; readonly say: (text: string) => void },
  site: Site,
): Promise<Record<string, Readonly<Record<string, Measurement>>>> {
  const { requests, withoutKeys } = await site.accessSamples();
  const guarded = await site.startAll(['oursGuarded', 'aGuarded']);
  for (const { url } of guarded) await requireGuards(url, requests);
  const open = await site.start('ours');
  const results: Record<string, Readonly<Record<string, Measurement>>> = {};
  for (const [id, file] of Object.entries(requests)) {
    say(`Measuring ${id} with access`);
    const contestants = guarded.map((server) => side(server, file));
    if (id === 'E1') contestants.push(side(open, withoutKeys));
    results[`${id} with access`] = Object.fromEntries(await measure(contestants, effort));
  }
  return results;
}

/** How long a request takes for an order of one's own, a foreign and an absent one, and for staff. */
export async function measureOwnership(effort: Effort, site: Site): Promise<OwnershipTimes> {
  const { visits } = await site.accessSamples();
  const { url } = await site.start('oursGuarded');
  return ownershipTimes(url, visits, 250 * effort.seconds * effort.rounds);
}

function side(server: PeerProcess, requests: string): Contestant {
  return { key: server.name, servers: [server], requests };
}
