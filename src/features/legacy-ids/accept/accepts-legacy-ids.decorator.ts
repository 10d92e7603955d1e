import type { TranslationKind } from '../../../core/http/id-translation.js';
import { declareTranslation } from '../../../core/http/id-translation.js';
import type { RouteOrigin } from '../../../core/http/route.decorators.js';
import type { AcceptsLegacyIdsOptions } from '../legacy-ids.options.js';

const optionsKey = Symbol('nest-dual-id:accepts-legacy-ids');

/** The routes whose old numbers are translated. */
export const legacyTranslation: TranslationKind = {
  decorator: '@AcceptsLegacyIds()',
  module: 'LegacyIdsModule.forRoot',
};

/**
 * The route accepts, until the window ends, the old numbers of the module's entities in place of
 * the public ids of its path, and of the parameters and properties that are named, and goes on as if
 * the public ids had been sent. It is not for routes that create a row at the address they are given.
 */
export function AcceptsLegacyIds(options: AcceptsLegacyIdsOptions = {}): MethodDecorator {
  return (_prototype, _method, descriptor) => {
    const handler = descriptor.value as object;
    Reflect.defineMetadata(optionsKey, options, handler);
    declareTranslation(handler, legacyTranslation);
  };
}

/** The options of the decorator of a route. */
export function acceptsOptionsOf({ prototype, method }: RouteOrigin): AcceptsLegacyIdsOptions {
  const handler = (prototype as Record<string, object>)[method]!;
  return Reflect.getMetadata(optionsKey, handler) as AcceptsLegacyIdsOptions;
}
