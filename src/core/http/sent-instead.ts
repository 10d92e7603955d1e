import type { FastifyRequest } from 'fastify';
import { definitionOf } from '../definition/entity-definition.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { newPublicId } from '../ids/new-public-id.js';
import { isRecord } from '../values/record.js';
import type { PagedRequest } from './binding.decorators.js';
import type { IdTranslation, SentInstead } from './id-translation.js';

/** Something that was sent in place of a public id, and how that takes its place. */
export interface NotedInstead extends SentInstead {
  readonly put: (uuid: string) => void;
  /** Its name, if it is a parameter of the query. */
  readonly parameter?: string;
}

const notedKey = Symbol('nest-dual-id:sent-instead');

type NotingRequest = PagedRequest & { [notedKey]?: NotedInstead[] };

/** What a request has in place of public ids; undefined if nothing. */
export function notedInstead(request: NotingRequest): readonly NotedInstead[] | undefined {
  return request[notedKey];
}

/**
 * Notes what a path has in place of a public id, to be translated once the caller is known. Returns
 * undefined if the text is not accepted, or why it is refused.
 */
export function noteInPath(
  translation: IdTranslation | undefined,
  request: FastifyRequest,
  parameter: string,
): 'noted' | DualIdError | undefined {
  const entity = translation?.places.path.get(parameter);
  if (!translation || entity === undefined) return undefined;
  const params = request.params as Record<string, string>;
  const put = (uuid: string): void => void (params[parameter] = uuid);
  return note(translation, request, params[parameter], { entity, isInPath: true, put });
}

/** The same for a query, which has public ids without a row until then. */
export function noteInQuery(
  translation: IdTranslation | undefined,
  request: PagedRequest,
): DualIdError | undefined {
  const query = request.query as Record<string, string>;
  for (const [parameter, entity] of translation?.places.query ?? []) {
    const put = (uuid: string): void => {
      query[parameter] = uuid;
      const { dualIdPage: page } = request;
      if (page && Object.hasOwn(page.filters, parameter)) {
        request.dualIdPage = { ...page, filters: { ...page.filters, [parameter]: uuid } };
      }
    };
    const where = { entity, isInPath: false, put, parameter };
    const refused = holdPlace(translation!, request, query[parameter], where);
    if (refused) return refused;
  }
  return undefined;
}

/** The same for a parsed body. */
export function noteInBody(
  translation: IdTranslation | undefined,
  request: FastifyRequest,
): DualIdError | undefined {
  for (const [path, entity] of translation?.places.body ?? []) {
    for (const { holder, key } of propertiesAt(request.body, path.split('.'))) {
      const put = (uuid: string): void => void (holder[key] = uuid);
      const where = { entity, isInPath: false, put };
      const refused = holdPlace(translation!, request, holder[key], where);
      if (refused) return refused;
    }
  }
  return undefined;
}

type Where = Omit<NotedInstead, 'text'>;

/** Should anything keep it from being translated, the request has a public id without a row. */
function holdPlace(
  translation: IdTranslation,
  request: FastifyRequest,
  sent: unknown,
  where: Where,
): DualIdError | undefined {
  const noted = note(translation, request, sent, where);
  if (noted !== 'noted') return noted;
  where.put(newPublicId(definitionOf(where.entity as object)!.uuidVersion));
  return undefined;
}

function note(
  translation: IdTranslation,
  request: NotingRequest,
  sent: unknown,
  where: Where,
): 'noted' | DualIdError | undefined {
  const text = Number.isSafeInteger(sent) ? String(sent) : sent;
  const accepted = typeof text === 'string' && translation.accepts(text);
  if (accepted !== true) return accepted || undefined;
  (request[notedKey] ??= []).push({ ...where, text: text as string });
  return 'noted';
}

interface PropertyHolder {
  readonly holder: Record<string | number, unknown>;
  readonly key: string | number;
}

/** The values of a property, in objects and lists of them. */
function propertiesAt(value: unknown, path: readonly string[]): readonly PropertyHolder[] {
  if (Array.isArray(value)) return value.flatMap((one) => propertiesAt(one, path));
  const [name = '', ...rest] = path;
  if (!isRecord(value) || !Object.hasOwn(value, name)) return [];
  const inner = value[name];
  if (rest.length > 0) return propertiesAt(inner, rest);
  if (!Array.isArray(inner)) return [{ holder: value, key: name }];
  return inner.map((_, key) => ({ holder: inner as unknown as PropertyHolder['holder'], key }));
}
