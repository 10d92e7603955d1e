import { relationNameOf } from '../../../core/ids/id-names.js';
import { isRecord } from '../../../core/values/record.js';
import type { CrawledOperation } from './api-description.js';
import { acceptsInstead } from './api-description.js';
import { parameterNamesIn } from './path-template.js';

/**
 * Where a response contradicts its own address: under `/users/{userUuid}/orders`, every order that
 * names its user has to name that one.
 */
export function strayChildren(
  body: unknown,
  { path, parameters }: CrawledOperation,
  target: string,
): readonly string[] {
  const segments = target.split('?')[0]!.split('/');
  const template = path.split('/');
  const parents = parameterNamesIn(path).filter((name) => relationNameOf(name));
  const isInstead = (name: string, asked = '') => {
    const schema = parameters.find((one) => one.in === 'path' && one.name === name)?.schema;
    return schema !== undefined && acceptsInstead(schema, asked);
  };
  return parents.flatMap((name) => {
    const asked = segments[template.indexOf(`{${name}}`)]?.toLowerCase();
    if (isInstead(name, asked)) return [];
    const strays = shownItems(body).filter((item) => isOther(item[name], asked));
    return strays.length > 0
      ? [`shows an item of a different ${name} than the one in the path`]
      : [];
  });
}

function shownItems(body: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(body)) return [];
  const items = body['items'];
  const isPage = 'nextCursor' in body && Array.isArray(items);
  return isPage ? items.filter(isRecord) : [body];
}

function isOther(value: unknown, asked: string | undefined): boolean {
  return typeof value === 'string' && encodeURIComponent(value).toLowerCase() !== asked;
}
