import { problem } from '../../../core/errors/problem.js';
import type { EntityTarget, IdPlaces } from '../../../core/http/id-places.js';
import type { IdTranslators, TranslatedRoute } from '../../../core/http/id-translation.js';
import type { LegacyEntities } from '../legacy-entities.js';
import type { LegacyWindow } from '../legacy-window.js';
import type { LegacyUses } from '../uses/legacy-uses.js';
import { acceptsOptionsOf, legacyTranslation } from './accepts-legacy-ids.decorator.js';
import { LegacyTranslation } from './legacy-translation.js';

/** What routes that accept old numbers need. */
export interface LegacyParts {
  readonly entities: LegacyEntities;
  readonly window: LegacyWindow;
  readonly uses: LegacyUses;
}

/** Translates for the routes that are `@AcceptsLegacyIds()`. */
export function translateRoutes(translators: IdTranslators, parts: LegacyParts): void {
  translators.add(legacyTranslation, (route) => {
    const places = placesOf(route, parts.entities);
    const window = parts.window.of(acceptsOptionsOf(route.origin));
    return new LegacyTranslation(route, places, { ...parts, window });
  });
}

/** Where the route accepts numbers: all that can be in its path, and elsewhere what it names. */
function placesOf(route: TranslatedRoute, entities: LegacyEntities): IdPlaces {
  const { path, query, body } = route.places;
  const names = acceptsOptionsOf(route.origin);
  const isKnown = (entity: EntityTarget | undefined): entity is EntityTarget =>
    entity !== undefined && entities.of(entity) !== undefined;
  const chosen = (all: IdPlaces['query'], what: string, named: readonly string[] = []) =>
    new Map(
      named.map((name) => {
        const entity = all.get(name);
        if (isKnown(entity)) return [name, entity];
        throw refusedPlace(route, `names ${name} in ${what}`);
      }),
    );
  const places = {
    path: new Map([...path].filter(([, entity]) => isKnown(entity))),
    query: chosen(query, 'the query', names.query),
    body: chosen(body, 'the body', names.body),
  };
  if (Object.values(places).some(({ size }) => size > 0)) return places;
  throw problem('setup_refused', {
    detail: `${route.method} ${route.url} is ${legacyTranslation.decorator}, but its path names no entity of LegacyIdsModule. Add the entity to the option entities, or remove the decorator.`,
  });
}

function refusedPlace({ method, url }: TranslatedRoute, what: string): Error {
  return problem('setup_refused', {
    detail: `${legacyTranslation.decorator} of ${method} ${url} ${what}, which takes no public id of an entity of LegacyIdsModule. Name one that does, or leave it out.`,
  });
}
