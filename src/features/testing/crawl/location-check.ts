import { looksNumeric } from '../../../core/ids/ids.js';
import { isPrintedUuid } from '../scan/printed-uuid.js';
import type { ApiDescription } from './api-description.js';
import { describesUuid, parametersIn } from './api-description.js';
import { matchesTemplate } from './path-template.js';

/** What is wrong with a Location, which has to be the path of a documented route. */
export function locationFaults(location: string, api: ApiDescription): readonly string[] {
  if (!location.startsWith('/') || location.startsWith('//')) return ['is not a path'];
  const segments = location.split('/');
  if (segments.some(looksNumeric)) return ['has a number where a public id belongs'];
  const route = api.operations.find(
    ({ method, path }) => method === 'GET' && matchesTemplate(location, path),
  );
  if (!route) return ['leads to no documented route'];
  const isWrong = parametersIn(route, 'path').some(({ name, schema }) => {
    const at = route.path.split('/').indexOf(`{${name}}`);
    return describesUuid(schema) && !isPrintedUuid(segments[at] ?? '');
  });
  return isWrong ? ['has something else where a public id belongs'] : [];
}
