import type { RouteOrigin } from './route.decorators.js';

/** What the API description says of an operation. */
export interface OperationText {
  /** A line for lists of operations: `List products`. */
  readonly summary: string;
  /** Sentences for its callers: what it returns or changes, and when it refuses. */
  readonly description: string;
  /** What the parameters of the path stand for, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A group of operations in the API description. */
export interface ApiTag {
  readonly name: string;
  readonly description: string;
}

const textKey = Symbol('nest-dual-id:operation-text');
const tagKey = Symbol('nest-dual-id:tag');

/**
 * Gives a handler its summary and description in the API description, without loading
 * `@nestjs/swagger` at a start.
 *
 * @example
 * `@Describe({ summary: 'Get a product', description: 'Returns one product.' })`
 */
export function Describe(text: OperationText): MethodDecorator {
  return (_prototype, _method, descriptor) => {
    Reflect.defineMetadata(textKey, text, descriptor.value as object);
  };
}

/** Puts the operations of a controller under a tag of the API description. */
export function Tag(tag: ApiTag): ClassDecorator {
  return (controller) => Reflect.defineMetadata(tagKey, tag, controller);
}

/** What `@Describe` says of a handler. */
export function operationTextOf({ prototype, method }: RouteOrigin): OperationText | undefined {
  const handler = (prototype as Record<string, object>)[method]!;
  return Reflect.getMetadata(textKey, handler) as OperationText | undefined;
}

/** The tag of a handler's controller. */
export function tagOf({ prototype }: RouteOrigin): ApiTag | undefined {
  return Reflect.getMetadata(tagKey, prototype.constructor) as ApiTag | undefined;
}
