import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { PageRequest } from '../page/page.js';
import type { ViewClass } from '../view/view-spec.js';
import type { BoundPublicId } from './bind-public-id.pipe.js';
import { BindPublicIdPipe } from './bind-public-id.pipe.js';
import type { BoundView } from './bind-view.pipe.js';
import { BindViewPipe } from './bind-view.pipe.js';
import { conditionOfChange } from './conditions.js';
import type { Scope } from './route-declaration.js';
import { declareBinding } from './route-declaration.js';
import type { EntityClass } from '../definition/entity-class.js';

/** A request whose page query was checked before anything else read it. */
export interface PagedRequest extends FastifyRequest {
  dualIdPage?: PageRequest;
}

/**
 * Binds a path parameter to the view of the entity it names: read in one query, 404 when there is
 * none, 410 when it was deleted. On a nested route, `within` names the relation that connects the
 * entity to each earlier parameter; a child of another parent is 404.
 *
 * @example
 * `@Get(':orderUuid') show(@Bind('orderUuid', OrderView, { within: { userUuid: 'user' } }) order: OrderView)`
 */
export function Bind(parameter: string, view: ViewClass, scope: Scope = {}): ParameterDecorator {
  const parentsOf = parentReader(scope);
  const bound = createParamDecorator((_: unknown, context: ExecutionContext): BoundView => {
    const params = paramsOf(context);
    return { view, address: params[parameter]!, within: parentsOf(params) };
  });
  return declaringBinding({ kind: 'view', parameter, target: view, scope }, bound(BindViewPipe));
}

/**
 * Passes the handler a checked public id of an entity, without reading anything; only a request that
 * is restricted to an owner looks first whether the row is the owner's.
 */
export function PublicIdParam(
  parameter: string,
  entity: EntityClass,
  scope: Scope = {},
): ParameterDecorator {
  const id = createParamDecorator((_: unknown, context: ExecutionContext): BoundPublicId => {
    return { target: entity, address: paramsOf(context)[parameter]! };
  });
  return declaringBinding({ kind: 'id', parameter, target: entity, scope }, id(BindPublicIdPipe));
}

/** Passes the handler the checked query of a page: limit, cursor, order, filters and parents. */
export function PageOf(view: ViewClass, scope: Scope = {}): ParameterDecorator {
  const page = createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      context.switchToHttp().getRequest<PagedRequest>().dualIdPage,
  );
  return declaringBinding({ kind: 'page', parameter: '', target: view, scope }, page());
}

/**
 * The versions on which the request's conditions allow a change to be based: those listed in
 * If-Match, or undefined for any version. A repository's `update`, `remove` and `erase` take them.
 */
export const IfMatch = createParamDecorator(ifMatchOf);

/** What `@IfMatch` passes on; the boot check uses it to find the handlers that read the header. */
export function ifMatchOf(_: unknown, context: ExecutionContext): readonly number[] | undefined {
  return conditionOfChange(context.switchToHttp().getRequest<FastifyRequest>());
}

type BoundAddresses = Readonly<Record<string, string>>;

const noParents: BoundAddresses = Object.freeze({});

/** Reads the addresses of a scope's parents from a path, by relation. */
export function parentReader({ within = {} }: Scope): (params: BoundAddresses) => BoundAddresses {
  const parents = Object.entries(within);
  if (parents.length === 0) return () => noParents;
  return (params) =>
    Object.fromEntries(parents.map(([parameter, relation]) => [relation, params[parameter]!]));
}

function paramsOf(context: ExecutionContext): BoundAddresses {
  return context.switchToHttp().getRequest<FastifyRequest>().params as Record<string, string>;
}

function declaringBinding(
  binding: Parameters<typeof declareBinding>[2],
  decorate: ParameterDecorator,
): ParameterDecorator {
  return (prototype, method, index) => {
    declareBinding(prototype, method!, binding);
    decorate(prototype, method, index);
  };
}
