import type { JsonSchema } from '../view/json-schema.js';
import type { ViewClass } from '../view/view-spec.js';

export type EntityClass = abstract new (...args: never[]) => object;

/** What a route answers. Every route declares exactly one of these. */
export type Answer =
  | { readonly kind: 'view'; readonly view: ViewClass; readonly location?: string }
  | { readonly kind: 'page'; readonly view: ViewClass }
  | { readonly kind: 'schema'; readonly schema: JsonSchema }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unshaped'; readonly reason: string };

/**
 * How a bound parameter relates to the parameters before it: `within` names the relation each of
 * them is reached over, `unscoped` says why it belongs to none of them.
 */
export interface Scope {
  readonly within?: Readonly<Record<string, string>>;
  readonly unscoped?: string;
}

/** One path parameter, or one page, that a handler declares. */
export interface Binding {
  readonly kind: 'view' | 'id' | 'page';
  /** Name of the path parameter; empty for a page. */
  readonly parameter: string;
  readonly target: ViewClass | EntityClass;
  readonly scope: Scope;
}

/** Everything the boot learns of a route from its controller method. */
export interface RouteDeclaration {
  readonly answer: Answer | undefined;
  readonly bindings: readonly Binding[];
}

const answerKey = Symbol('nest-dual-id:answer');
const bindingsKey = Symbol('nest-dual-id:bindings');

/** Notes what a controller method answers. */
export function declareAnswer(method: object, answer: Answer): void {
  Reflect.defineMetadata(answerKey, answer, method);
}

/** Notes a binding of a controller method. */
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
