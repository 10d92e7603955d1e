import type { FastifyRequest } from 'fastify';
import type { DualIdError } from '../../../core/errors/dual-id-error.js';
import type { SendHook } from '../../../core/http/hooks.js';
import type { EntityTarget, IdPlaces } from '../../../core/http/id-places.js';
import type {
  IdTranslation,
  SentInstead,
  TranslatedRoute,
} from '../../../core/http/id-translation.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { legacyCallerOf } from '../legacy-caller.js';
import { isLegacyNumber, legacyNumberPattern } from '../legacy-number.js';
import type { LegacyEntities } from '../legacy-entities.js';
import type { LegacyWindow } from '../legacy-window.js';
import type { LegacyUses } from '../uses/legacy-uses.js';
import { describeDeprecation, noteLegacy } from './deprecation-headers.js';

interface TranslationParts {
  readonly entities: LegacyEntities;
  readonly window: LegacyWindow;
  readonly uses: LegacyUses;
}

/** How one route accepts old numbers. */
export class LegacyTranslation implements IdTranslation {
  readonly alternative: JsonSchema;
  readonly declared: string;
  readonly headers = meanings;
  readonly onSend: SendHook;
  readonly #route: string;

  constructor(
    { method, url }: TranslatedRoute,
    readonly places: IdPlaces,
    private readonly parts: TranslationParts,
  ) {
    const { window } = parts;
    this.alternative = schemaUntil(window.end);
    const { path, query, body } = places;
    const names = [
      ...placesNamed(':', path),
      ...placesNamed('?', query),
      ...placesNamed('body.', body),
    ];
    this.declared = `accepts old numeric ids in ${names.join(', ')} until ${window.end}`;
    this.onSend = describeDeprecation(window);
    // HEAD is a route of its own, and for its callers the same.
    this.#route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  }

  accepts(text: string): boolean | DualIdError {
    if (!isLegacyNumber(text)) return false;
    const { window } = this.parts;
    return window.isOpen || window.retired();
  }

  async translate(
    request: FastifyRequest,
    sent: readonly SentInstead[],
  ): Promise<readonly string[]> {
    const { uses, entities } = this.parts;
    uses.note(this.#route, legacyCallerOf(request));
    noteLegacy(request, false);
    const found = await Promise.all(sent.map(({ entity, text }) => entities.of(entity)!.one(text)));
    const isAddress = sent.some(({ isInPath }) => isInPath);
    noteLegacy(request, isAddress && found.every(({ isKnown }) => isKnown));
    return found.map(({ uuid }) => uuid);
  }
}

function placesNamed(mark: string, places: ReadonlyMap<string, EntityTarget>): readonly string[] {
  return [...places].map(([name, entity]) => `${mark}${name} (${(entity as Function).name})`);
}

const meanings = {
  Deprecation: 'When numeric ids were deprecated; only in responses to requests with one.',
  Sunset: 'When numeric ids are refused; only in responses to requests with one.',
  Link: 'Where numeric ids are explained, and the address with public ids; only in such responses.',
};

function schemaUntil(end: string): JsonSchema {
  return {
    type: 'string',
    pattern: legacyNumberPattern,
    deprecated: true,
    description: `An old numeric id, accepted until ${end}.`,
  };
}
