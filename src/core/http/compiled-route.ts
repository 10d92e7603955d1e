import type { JsonSchema } from '../view/json-schema.js';
import type { PagePlan } from '../page/page-plan.js';
import type { CompiledEnvelope } from './envelope.js';
import type { DeclaredQuery } from './declared-query.js';
import type { PlainParamRule } from './plain-parameters.js';
import type { RouteOrigin } from './route.decorators.js';
import type { Answer, Binding } from './route-declaration.js';

/** A path parameter that carries a public id or slug, and how it is checked. */
export interface PathParameter {
  readonly name: string;
  /** Accepted UUID versions; undefined for a slug. */
  readonly versions: readonly number[] | undefined;
  readonly entityName: string;
}

/** A route after boot: what it takes, what it answers, and where it was declared. */
export interface CompiledRoute {
  readonly method: string;
  readonly url: string;
  readonly origin: RouteOrigin;
  readonly answer: Answer;
  readonly bindings: readonly Binding[];
  readonly pathParameters: readonly PathParameter[];
  /** Path parameters that name no entity, with what they may be. */
  readonly plainParameters: ReadonlyMap<string, PlainParamRule>;
  readonly query: DeclaredQuery & {
    /** Parameters that nothing declares are refused, and not ignored. */
    readonly refusesUnknown: boolean;
  };
  readonly page: { readonly plan: PagePlan; readonly binding: Binding } | undefined;
  readonly body: (new () => object) | undefined;
  /** The handler reads the If-Match header. */
  readonly takesIfMatch: boolean;
  /** A 2xx answer carries the version of its view as ETag. */
  readonly hasVersion: boolean;
  /** What a 2xx answer may contain; undefined for an unshaped route. */
  readonly responseSchema: JsonSchema | undefined;
  /** What stands around a 2xx answer, whose schema is then that of both. */
  readonly envelope: CompiledEnvelope | undefined;
}
