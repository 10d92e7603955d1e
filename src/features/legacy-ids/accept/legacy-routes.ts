import { problem } from '../../../core/errors/problem.js';
import type { IdTranslators, TranslatedRoute } from '../../../core/http/id-translation.js';
import type { LegacyEntities } from '../legacy-entities.js';
import type { LegacyNumbers } from '../legacy-numbers.js';
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
    const numbers = numbersIn(route, parts.entities);
    if (numbers.size > 0) {
      const window = parts.window.of(acceptsOptionsOf(route.origin));
      return new LegacyTranslation(route, numbers, { window, uses: parts.uses });
    }
    throw problem('setup_refused', {
      detail: `${route.method} ${route.url} is ${legacyTranslation.decorator}, but its path names no entity of LegacyIdsModule. Add the entity to the option entities, or remove the decorator.`,
    });
  });
}

function numbersIn(
  { pathParameters }: TranslatedRoute,
  entities: LegacyEntities,
): ReadonlyMap<string, LegacyNumbers> {
  return new Map(
    pathParameters.flatMap(({ name, entity }) => {
      const numbers = entities.of(entity);
      return numbers ? [[name, numbers] as const] : [];
    }),
  );
}
