import type { EntityClass } from '../definition/entity-class.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { ViewClass } from '../view/view-spec.js';

/** What a route responds with. Every route declares exactly one of these. */
export type Answer =
  | { readonly kind: 'view'; readonly view: ViewClass; readonly location?: string }
  | { readonly kind: 'page'; readonly view: ViewClass }
  | { readonly kind: 'schema'; readonly schema: JsonSchema }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unshaped'; readonly reason: string };

/**
 * How a bound parameter relates to the parameters before it: `within` names the relation to each of
 * them, `unscoped` explains why it belongs to none of them.
 */
export interface Scope {
  readonly within?: Readonly<Record<string, string>>;
  readonly unscoped?: string;
}

/** One path parameter, or one page, declared by a handler. */
export interface Binding {
  readonly kind: 'view' | 'id' | 'page';
  /** Name of the path parameter; empty for a page. */
  readonly parameter: string;
  readonly target: ViewClass | EntityClass;
  readonly scope: Scope;
}

/** Everything the boot learns about a route from its controller method. */
export interface RouteDeclaration {
  readonly answer: Answer | undefined;
  readonly bindings: readonly Binding[];
}

const answerKey = Symbol('nest-dual-id:answer');
const declaringKey = Symbol('nest-dual-id:declaring-class');
const bindingsKey = Symbol('nest-dual-id:bindings');

/** Records what a controller method responds with, and the class that says so. */
export function declareAnswer(method: object, answer: Answer, declaring: Function): void {
  Reflect.defineMetadata(answerKey, answer, method);
  Reflect.defineMetadata(declaringKey, declaring, method);
}

/** The class that declares a handler; undefined if the method declares no route. */
export function declaringClassOf(method: object): Function | undefined {
  return Reflect.getMetadata(declaringKey, method) as Function | undefined;
}

/** Records a binding of a controller method. */
export function declareBinding(prototype: object, method: string | symbol, binding: Binding): void {
  const known = (Reflect.getMetadata(bindingsKey, prototype, method) ?? []) as Binding[];
  Reflect.defineMetadata(bindingsKey, [...known, binding], prototype, method);
}

/** What a controller method declares about itself. */
export function declarationOf(prototype: object, method: string): RouteDeclaration {
  const handler = (prototype as Record<string, object>)[method]!;
  return {
    answer: Reflect.getMetadata(answerKey, handler) as Answer | undefined,
    bindings: (Reflect.getMetadata(bindingsKey, prototype, method) ?? []) as Binding[],
  };
}
