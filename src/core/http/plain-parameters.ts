import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import { isPublicIdName } from '../ids/id-names.js';
import { publicIdNaming } from '../ids/id-faults.js';
import type { EntityClass } from '../definition/entity-class.js';

/**
 * The rule for a path parameter that is not an id: one of these values, or a text in this format.
 */
export interface PlainParamRule {
  readonly enum?: readonly string[];
  /** A regular expression that the whole value must match. */
  readonly pattern?: string;
  /**
   * The maximum length in characters, 100 by default. Longer ones also need `maxParamLength` in the
   * adapter's `routerOptions`, beyond which Fastify refuses an address with 414.
   */
  readonly maxLength?: number;
}

/** A query parameter that carries the public id of an entity. */
export interface QueryId {
  readonly name: string;
  readonly entity: EntityClass;
}

const plainKey = Symbol('nest-dual-id:plain-parameters');
const queryIdsKey = Symbol('nest-dual-id:query-ids');

/**
 * Passes the handler a path parameter that names no entity: a day, a format, the name of a kind. A
 * value that breaks the rule is 404. Parameters of entities use `@Bind` or `@PublicIdParam`.
 */
export function PlainParam(parameter: string, rule: PlainParamRule = {}): ParameterDecorator {
  const read = createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      (requestOf(context).params as Record<string, string>)[parameter],
  );
  return (prototype, method, index) => {
    const known = plainParametersOf(prototype, String(method));
    Reflect.defineMetadata(plainKey, new Map([...known, [parameter, rule]]), prototype, method!);
    read()(prototype, method, index);
  };
}

/**
 * Passes the handler the checked public id of an entity from the query, or undefined when absent.
 * Its name ends in `Uuid`. A page reads its own filters.
 */
export function PublicIdQuery(name: string, entity: EntityClass): ParameterDecorator {
  if (!isPublicIdName(name)) {
    throw problem('setup_refused', {
      detail: `The query parameter ${name} takes a public id; ${publicIdNaming}.`,
    });
  }
  const read = createParamDecorator(
    (_: unknown, context: ExecutionContext) =>
      (requestOf(context).query as Record<string, string | undefined>)[name],
  );
  return (prototype, method, index) => {
    const known = queryIdsOf(prototype, String(method));
    Reflect.defineMetadata(queryIdsKey, [...known, { name, entity }], prototype, method!);
    read()(prototype, method, index);
  };
}

/** The plain path parameters that a handler declares, with their rules. */
export function plainParametersOf(
  prototype: object,
  method: string,
): ReadonlyMap<string, PlainParamRule> {
  const found = Reflect.getMetadata(plainKey, prototype, method) as unknown;
  return (found ?? new Map()) as ReadonlyMap<string, PlainParamRule>;
}

/** The public ids that a handler takes from the query. */
export function queryIdsOf(prototype: object, method: string): readonly QueryId[] {
  return (Reflect.getMetadata(queryIdsKey, prototype, method) ?? []) as readonly QueryId[];
}

/** Whether a value satisfies the rule of a plain parameter. */
export function isPlainValue(value: string, rule: PlainParamRule): boolean {
  const { enum: values, pattern, maxLength = 100 } = rule;
  if (value.length === 0 || value.length > maxLength) return false;
  if (values && !values.includes(value)) return false;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value);
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
