import type { InputClass } from '../body/body-fields.js';
import { bodyFieldsOf } from '../body/body-fields.js';
import type { PagePlan } from '../page/page-plan.js';
import { isAddress } from '../view/relation-path.js';
import type { DeclaredQuery } from './declared-query.js';
import type { PathParameter } from './path-parameter.js';

/** The class of an entity, as TypeORM knows it. */
export type EntityTarget = Function | string;

/** Where a request may have public ids, and of which entities they are. */
export interface IdPlaces {
  /** By parameter. */
  readonly path: ReadonlyMap<string, EntityTarget>;
  /** By parameter, filters of a page included. */
  readonly query: ReadonlyMap<string, EntityTarget>;
  /** By property, such as `clientUuid` or, of an object or of a list of them, `items.productUuid`. */
  readonly body: ReadonlyMap<string, EntityTarget>;
}

/** What a route declares of its input. */
export interface DeclaredInput {
  readonly pathParameters: readonly PathParameter[];
  readonly query: DeclaredQuery;
  readonly plan: PagePlan | undefined;
  readonly body: InputClass | undefined;
}

/** Collects where a route takes public ids. */
export function idPlacesOf({ pathParameters, query, plan, body }: DeclaredInput): IdPlaces {
  return {
    path: new Map(pathParameters.map(({ name, entity }) => [name, entity])),
    query: new Map([...filterIds(plan), ...query.entities]),
    body: new Map(body ? bodyIds(body) : []),
  };
}

type IdPlace = readonly [string, EntityTarget];

function filterIds(plan: PagePlan | undefined): IdPlace[] {
  const filters = [...(plan?.filters ?? [])];
  const ids = filters.filter(([, { column, parser }]) => parser.isPublicId && isAddress(column));
  return ids.map(([name, { column }]) => [name, column.entityMetadata.target]);
}

function bodyIds(input: InputClass, around: readonly InputClass[] = []): IdPlace[] {
  if (around.includes(input)) return [];
  return bodyFieldsOf(input).flatMap((field): IdPlace[] => {
    const { property } = field;
    if (field.kind === 'publicId') return [[property, field.entity]];
    return bodyIds(field.input(), [...around, input]).map(([inner, entity]) => [
      `${property}.${inner}`,
      entity,
    ]);
  });
}
