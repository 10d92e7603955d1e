import type { InputClass } from '../body/body-fields.js';
import { bodyFieldsOf, rulesOf } from '../body/body-fields.js';
import { checkInputClass } from '../body/input-class.js';
import type { EntityClass } from '../definition/entity-class.js';
import { definitionOf } from '../definition/entity-definition.js';
import { problem } from '../errors/problem.js';
import { externalIdsOf } from '../ids/external-id.js';
import { internalName } from '../ids/id-faults.js';
import { isInternalIdName, namesPublicIds } from '../ids/id-names.js';
import { argumentClass, queryArgumentsOf } from './handler-metadata.js';
import { queryIdsOf } from './plain-parameters.js';
import { ownParametersOf } from './route-description.js';
import type { RouteOrigin } from './route.decorators.js';

/** What the query of a route may contain, apart from the parameters of a page. */
export interface DeclaredQuery {
  readonly names: ReadonlySet<string>;
  /** Parameters that carry public ids, with the UUID versions they accept. */
  readonly ids: ReadonlyMap<string, readonly number[]>;
  /** The entities of these public ids. */
  readonly entities: ReadonlyMap<string, EntityClass>;
  /** Parameters that carry ids of other systems. */
  readonly external: ReadonlySet<string>;
  /** The class that validates the whole query. */
  readonly input: InputClass | undefined;
}

/** Collects what a handler takes from the query; refuses anything that would go unchecked. */
export function declaredQueryOf(
  origin: RouteOrigin,
  hasPage: boolean,
  name: string,
): DeclaredQuery {
  const { prototype, method } = origin;
  const taken = queryArgumentsOf(origin);
  const described = ownParametersOf(origin).filter((parameter) => parameter.in === 'query');
  const single = taken.flatMap(({ data }) => (typeof data === 'string' ? [data] : []));
  for (const parameter of single) refuseId(parameter, name);
  const whole = taken.find(({ data }) => typeof data !== 'string');
  const input = whole && argumentClass(origin, whole);
  if (whole && !input && !hasPage && !isDescribed(origin)) {
    throw problem('setup_refused', {
      detail: `${name} takes the whole query without declaring its parameters. Use a class with class-validator's decorators, @Query() query: FindInvoices.`,
    });
  }
  if (input) checkQueryClass(input, name);
  const fields = input ? bodyFieldsOf(input) : [];
  const ids = [
    ...queryIdsOf(prototype, method),
    ...fields.flatMap((one) =>
      one.kind === 'publicId' ? [{ name: one.property, entity: one.entity }] : [],
    ),
  ];
  const names = [...described.map((one) => one.name), ...single, ...ids.map((one) => one.name)];
  const ruled = input ? rulesOf(input).map(({ propertyName }) => propertyName) : [];
  return {
    names: new Set([...names, ...ruled]),
    ids: new Map(
      ids.map(({ name: id, entity }) => [id, definitionOf(entity)?.acceptUuidVersions ?? []]),
    ),
    entities: new Map(ids.map((one) => [one.name, one.entity])),
    external: input ? externalIdsOf(input) : new Set(),
    input,
  };
}

function isDescribed(origin: RouteOrigin): boolean {
  return ownParametersOf(origin).some((parameter) => parameter.in === 'query');
}

function refuseId(parameter: string, name: string): void {
  const isInternal = isInternalIdName(parameter);
  if (!isInternal && !namesPublicIds(parameter)) return;
  const fix = isInternal
    ? `${internalName}; use the public id, or declare the id of another system with @ExternalId() in a class`
    : 'a public id that nothing checks; use @PublicIdQuery';
  throw problem('setup_refused', { detail: `${name} takes ${parameter} from the query, ${fix}.` });
}

function checkQueryClass(input: InputClass, name: string): void {
  checkInputClass(input, name);
  const deep = bodyFieldsOf(input).find(({ kind, each }) => kind === 'nested' || each);
  if (!deep) return;
  const what = deep.kind === 'nested' ? 'nests other inputs' : 'holds a list of public ids';
  throw problem('setup_refused', {
    detail: `${name} takes ${input.name} from the query, which ${what}; a query is flat.`,
  });
}
