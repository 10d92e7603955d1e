import { internalNameFault } from '../../../core/ids/id-faults.js';
import { isInternalIdName } from '../../../core/ids/id-names.js';
import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { isRecord } from '../../../core/values/record.js';
import { findDataLeaks } from '../scan/find-leaks.js';
import type { ApiDescription, CrawledOperation } from './api-description.js';
import { parametersIn } from './api-description.js';
import type { CrawlFinding } from './exchange.js';
import type { Measures } from './measures.js';

/** What the API description itself reveals, or would allow a response to reveal. */
export function describedLeaks(api: ApiDescription, measures: Measures): readonly CrawlFinding[] {
  const text = JSON.stringify(api.document);
  const leaks = findDataLeaks(text, measures.canaries, measures.vocabulary).map(
    ({ kind, what }) => `${kind}: ${what}`,
  );
  return [
    ...leaks.map((what) => finding('every route', what)),
    ...api.operations.flatMap((operation) =>
      [...namedParameters(operation), ...openAnswers(operation, api)].map((what) =>
        finding(operation.key, what),
      ),
    ),
  ];
}

/** The names of every property and parameter of an API. */
export function declaredNames(document: object): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isRecord(value)) return;
    if (isRecord(value['properties']))
      Object.keys(value['properties']).forEach((n) => names.add(n));
    if (typeof value['in'] === 'string' && typeof value['name'] === 'string')
      names.add(value['name']);
    Object.values(value).forEach(walk);
  };
  walk(document);
  return names;
}

/** The properties and parameters that are declared as identifiers of other systems. */
export function externalNames(document: object): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isRecord(value)) return;
    for (const [name, inner] of Object.entries(value['properties'] ?? {})) {
      if (isRecord(inner) && inner['x-external'] === true) names.add(name);
    }
    const { name, schema } = value;
    if (typeof name === 'string' && isRecord(schema) && schema['x-external'] === true) {
      names.add(name);
    }
    Object.values(value).forEach(walk);
  };
  walk(document);
  return names;
}

function namedParameters(operation: CrawledOperation): readonly string[] {
  return [...parametersIn(operation, 'path'), ...parametersIn(operation, 'query')]
    .filter(({ name, schema }) => isInternalIdName(name) && !schema['x-external'])
    .map(({ name }) => `the parameter ${name} ${internalNameFault}`);
}

/** A schema that allows undeclared properties guarantees nothing. */
function openAnswers({ success }: CrawledOperation, api: ApiDescription): readonly string[] {
  return success.schema ? openIn(success.schema, { api, pointer: '', seen: new Set() }) : [];
}

interface SchemaPlace {
  readonly api: ApiDescription;
  readonly pointer: string;
  readonly seen: Set<string>;
}

function openIn(reference: JsonSchema, place: SchemaPlace): readonly string[] {
  if (reference.$ref !== undefined) {
    if (place.seen.has(reference.$ref)) return [];
    place.seen.add(reference.$ref);
  }
  const schema = place.api.resolve(reference);
  if (schema.anyOf) return schema.anyOf.flatMap((option) => openIn(option, place));
  const at = place.pointer || 'the response';
  const below = (name: string, inner: JsonSchema) =>
    openIn(inner, { ...place, pointer: `${place.pointer}/${name}` });
  const properties = Object.entries(schema.properties ?? {});
  const types = [schema.type].flat();
  const isOpen =
    (types.includes('object') && properties.length === 0) || Boolean(schema.additionalProperties);
  const isVague = schema.type === undefined && !schema.enum && !schema.properties;
  return [
    ...(isOpen || isVague ? [`${at} is described as anything`] : []),
    ...properties.flatMap(([name, inner]) => below(name, inner)),
    ...(schema.items ? below('*', schema.items) : []),
  ];
}

function finding(route: string, what: string): CrawlFinding {
  return { route, probe: 'description', request: '', where: 'API description', what };
}
