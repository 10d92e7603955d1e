import type { StructureCheck } from '../structure-check.js';
import { operationsOf } from '../operations.js';

/**
 * The leak crawler follows the API description and never visits a route outside it. Pages and
 * streams, which are unshaped for a reason, may be left out.
 */
export const routeUndocumented: StructureCheck = {
  code: 'route_undocumented',
  finds: 'a route with a declared response that the API description leaves out',
  fix: 'Remove @ApiExcludeEndpoint or @ApiExcludeController.',
  find: ({ routes, document }) => {
    if (!document) return [];
    const described = new Set(operationsOf(document).map(({ key }) => key));
    return routes
      .filter(({ answer }) => answer.kind !== 'unshaped')
      .flatMap(({ method, url }) =>
        method.split(',').map((one) => `${one} ${url.replaceAll(/:(\w+)/g, '{$1}')}`),
      )
      .filter((key) => !described.has(key))
      .map((place) => ({ place, problem: 'it is not in the API description' }));
  },
};
