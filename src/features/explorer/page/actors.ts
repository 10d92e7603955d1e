import type { ChangeResponse, ResolutionResponse } from './api.js';
import { RefusalResponse } from './api.js';
import { element } from './dom.js';
import { badge } from './links.js';
import { readQuietly } from './quiet-reader.js';

/** Who made changes: the type of each public id, or null for that of a deleted entity. */
export type Actors = ReadonlyMap<string, string | null>;

const seen = new Map<string, Promise<string | null | undefined>>();

/** Looks up who made changes; an application may name actors that its registry does not know. */
export async function actorsOf(changes: readonly ChangeResponse[]): Promise<Actors> {
  const uuids = new Set(changes.flatMap(({ actorUuid }) => actorUuid ?? []));
  const types = await Promise.all(
    [...uuids].map(async (uuid) => [uuid, await typeOf(uuid)] as const),
  );
  return new Map(types.filter((one): one is [string, string | null] => one[1] !== undefined));
}

function typeOf(uuid: string): Promise<string | null | undefined> {
  const known = seen.get(uuid);
  if (known) return known;
  const type = readQuietly<ResolutionResponse>(`/resolve/${uuid}`).then(
    (resolution) => resolution.type,
    (error: unknown) =>
      error instanceof RefusalResponse && error.code === 'gone' ? null : undefined,
  );
  seen.set(uuid, type);
  return type;
}

/** Says who made a change, with a link where the registry knows who that is. */
export function actorLine(actorUuid: string | null, actors: Actors): HTMLElement {
  if (actorUuid === null) return element('p', { class: 'actor' }, 'Nobody was named.');
  const type = actors.get(actorUuid);
  const text = element('code', {}, actorUuid);
  const shown = type === undefined ? text : element('a', { href: `#${actorUuid}` }, text);
  return element('p', { class: 'actor' }, 'By ', type ? badge(type) : null, ' ', shown);
}
