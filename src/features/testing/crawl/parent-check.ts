import { isRecord } from '../json.js';
import type { Operation } from './api-description.js';
import { namesIn } from './path-template.js';

/**
 * Where an answer contradicts its own address: under `/users/{userUuid}/orders` every order that
 * says whose it is has to name that user.
 */
export function strayChildren(
  body: unknown,
  { path }: Operation,
  target: string,
): readonly string[] {
  const segments = target.split('?')[0]!.split('/');
  const template = path.split('/');
  const parents = namesIn(path).filter((name) => /.Uuid$/.test(name));
  return parents.flatMap((name) => {
    const asked = segments[template.indexOf(`{${name}}`)]?.toLowerCase();
    const strays = itemsOf(body).filter((item) => isOther(item[name], asked));
    return strays.length > 0 ? [`shows what belongs to another ${name} than the path names`] : [];
  });
}

function itemsOf(body: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(body)) return [];
  const items = body['items'];
  const isPage = 'nextCursor' in body && Array.isArray(items);
  return isPage ? items.filter(isRecord) : [body];
}

function isOther(value: unknown, asked: string | undefined): boolean {
  return typeof value === 'string' && encodeURIComponent(value).toLowerCase() !== asked;
}
