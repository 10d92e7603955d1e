import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import type { EntityClass } from './route-declaration.js';

/** What a path parameter that is no id may be: one of these values, or a text of this form. */
export interface PlainParamRule {
  readonly enum?: readonly string[];
  /** A regular expression that the whole value matches. */
  readonly pattern?: string;
  /**
   * The maximum length in characters, 100 by default. Longer ones need `maxParamLength` in the
   * `routerOptions` of the adapter as well, past which Fastify refuses an address with 414.
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
 * Hands the handler a path parameter that names no entity: a day, a format, the name of a kind.
 * A value that breaks the rule is 404. Parameters of entities take `@Bind` or `@PublicIdParam`.
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
 * Hands the handler the checked public id of an entity from the query, or undefined when it is
 * absent. Its name ends in `Uuid`. A page takes its filters by itself.
 */
export function PublicIdQuery(name: string, entity: EntityClass): ParameterDecorator {
  if (!/(?:^u|U)uid$/.test(name)) {
    throw problem('setup_refused', {
      detail: `The query parameter ${name} is a public id, and its name does not end in Uuid.`,
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

/** Whether a value is what a plain parameter may be. */
export function isPlainValue(value: string, rule: PlainParamRule): boolean {
  const { enum: values, pattern, maxLength = 100 } = rule;
  if (value.length === 0 || value.length > maxLength) return false;
  if (values && !values.includes(value)) return false;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value);
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
