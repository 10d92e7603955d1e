import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { PageRequest } from '../page/page.js';
import type { ViewClass } from '../view/view-spec.js';
import { BindViewPipe } from './bind-view.pipe.js';
import { conditionOfChange } from './conditions.js';
import type { EntityClass, Scope } from './route-declaration.js';
import { declareBinding } from './route-declaration.js';

/** What a bound parameter carries to the pipe that reads its view. */
export interface BoundView {
  readonly view: ViewClass;
  readonly address: string;
  readonly within: Readonly<Record<string, string>>;
}

/** A request whose page was checked before anything else looked at it. */
export interface PagedRequest extends FastifyRequest {
  dualIdPage?: PageRequest;
}

/**
 * Binds a path parameter to the view of the entity it names: read in one query, 404 when there
 * is none, 410 when it was deleted. On a nested route `within` says over which relation the
 * entity belongs to each earlier parameter; another parent's child is 404.
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
  return declaring({ kind: 'view', parameter, target: view, scope }, bound(BindViewPipe));
}

/** Hands the handler a checked public id of an entity, without reading anything. */
export function PublicIdParam(
  parameter: string,
  entity: EntityClass,
  scope: Scope = {},
): ParameterDecorator {
  const id = createParamDecorator(
    (_: unknown, context: ExecutionContext) => paramsOf(context)[parameter],
  );
  return declaring({ kind: 'id', parameter, target: entity, scope }, id());
}

/** Hands the handler the checked query of a page: limit, cursor, order, filters and parents. */
export function PageOf(view: ViewClass, scope: Scope = {}): ParameterDecorator {
  const page = createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      context.switchToHttp().getRequest<PagedRequest>().dualIdPage,
  );
  return declaring({ kind: 'page', parameter: '', target: view, scope }, page());
}

/**
 * The versions that the conditions of a request let a change be based on: those that If-Match
 * lists, or undefined for any version. A repository's `update`, `remove` and `erase` take them.
 */
export const IfMatch = createParamDecorator(ifMatchOf);

/** What `@IfMatch` hands over; by it the boot knows which handlers read the header. */
export function ifMatchOf(_: unknown, context: ExecutionContext): readonly number[] | undefined {
  return conditionOfChange(context.switchToHttp().getRequest<FastifyRequest>());
}

type Addresses = Readonly<Record<string, string>>;

const noParents: Addresses = Object.freeze({});

/** Reads the addresses a path gives to the parents that a scope names, by relation. */
export function parentReader({ within = {} }: Scope): (params: Addresses) => Addresses {
  const parents = Object.entries(within);
  if (parents.length === 0) return () => noParents;
  return (params) =>
    Object.fromEntries(parents.map(([parameter, relation]) => [relation, params[parameter]!]));
}

function paramsOf(context: ExecutionContext): Addresses {
  return context.switchToHttp().getRequest<FastifyRequest>().params as Record<string, string>;
}

function declaring(
  binding: Parameters<typeof declareBinding>[2],
  decorate: ParameterDecorator,
): ParameterDecorator {
  return (prototype, method, index) => {
    declareBinding(prototype, method!, binding);
    decorate(prototype, method, index);
  };
}
