import type { FastifyRequest } from 'fastify';
import type { DualIdError } from '../../../core/errors/dual-id-error.js';
import type { SendHook } from '../../../core/http/hooks.js';
import type { IdTranslation, TranslatedRoute } from '../../../core/http/id-translation.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { legacyCallerOf } from '../legacy-caller.js';
import { isLegacyNumber, legacyNumberPattern } from '../legacy-number.js';
import type { LegacyNumbers } from '../legacy-numbers.js';
import type { LegacyWindow } from '../legacy-window.js';
import type { LegacyUses } from '../uses/legacy-uses.js';
import { describeDeprecation, noteLegacy } from './deprecation-headers.js';

interface TranslationParts {
  readonly window: LegacyWindow;
  readonly uses: LegacyUses;
}

/** How one route accepts old numbers. */
export class LegacyTranslation implements IdTranslation {
  readonly parameters: ReadonlyMap<string, JsonSchema>;
  readonly declared: string;
  readonly headers = meanings;
  readonly onSend: SendHook;
  readonly #route: string;

  constructor(
    { method, url }: TranslatedRoute,
    private readonly numbers: ReadonlyMap<string, LegacyNumbers>,
    private readonly parts: TranslationParts,
  ) {
    const { window } = parts;
    this.parameters = new Map([...numbers.keys()].map((name) => [name, schemaUntil(window.end)]));
    const names = [...numbers].map(([name, { entity }]) => `:${name} (${entity.name})`);
    this.declared = `accepts old numeric ids in ${names.join(', ')} until ${window.end}`;
    this.onSend = describeDeprecation(window);
    // HEAD is a route of its own, and for its callers the same.
    this.#route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  }

  accepts(_parameter: string, text: string): boolean | DualIdError {
    if (!isLegacyNumber(text)) return false;
    const { window } = this.parts;
    return window.isOpen || window.retired();
  }

  async translate(
    request: FastifyRequest,
    sent: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> {
    this.parts.uses.note(this.#route, legacyCallerOf(request));
    noteLegacy(request, false);
    const found = await Promise.all(
      [...sent].map(async ([parameter, number]) => {
        return [parameter, await this.numbers.get(parameter)!.one(number)] as const;
      }),
    );
    noteLegacy(
      request,
      found.every(([, { isKnown }]) => isKnown),
    );
    return new Map(found.map(([parameter, { uuid }]) => [parameter, uuid]));
  }
}

const meanings = {
  Deprecation: 'When numeric ids were deprecated; only in responses to requests with one.',
  Sunset: 'When numeric ids are refused; only in responses to requests with one.',
  Link: 'Where numeric ids are explained, and the address with public ids; only in such responses.',
};

function schemaUntil(end: string): JsonSchema {
  return {
    anyOf: [
      { type: 'string', format: 'uuid' },
      {
        type: 'string',
        pattern: legacyNumberPattern,
        deprecated: true,
        description: `An old numeric id, accepted until ${end}.`,
      },
    ],
  };
}
