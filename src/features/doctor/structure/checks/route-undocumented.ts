import type { StructureCheck } from '../structure-check.js';
import { operationsOf } from '../operations.js';

/**
 * The leak crawler follows the API description; a route outside of it is never visited. Pages and
 * streams, which are unshaped for a reason, may stay outside.
 */
export const routeUndocumented: StructureCheck = {
  code: 'route_undocumented',
  finds: 'a route with a declared answer that the API description leaves out',
  cure: 'Take @ApiExcludeEndpoint or @ApiExcludeController away.',
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
