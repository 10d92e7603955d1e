import type { Policy } from '../access/policy.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { PagePlan } from '../page/page-plan.js';
import type { CompiledEnvelope } from './envelope.js';
import type { DeclaredQuery } from './declared-query.js';
import type { PlainParamRule } from './plain-parameters.js';
import type { IdTranslation } from './id-translation.js';
import type { PathParameter } from './path-parameter.js';
import type { RouteOrigin } from './route.decorators.js';
import type { Answer, Binding } from './route-declaration.js';

/** A route after boot: its input, its responses, and where it was declared. */
export interface CompiledRoute {
  readonly method: string;
  readonly url: string;
  readonly origin: RouteOrigin;
  readonly answer: Answer;
  /** Who may call it, as far as it is declared. */
  readonly policy: Policy | undefined;
  readonly bindings: readonly Binding[];
  readonly pathParameters: readonly PathParameter[];
  /** What it accepts in place of public ids, if it declares such an exception. */
  readonly translation: IdTranslation | undefined;
  /** Path parameters that name no entity, with their rules. */
  readonly plainParameters: ReadonlyMap<string, PlainParamRule>;
  readonly query: DeclaredQuery & {
    /** Whether undeclared parameters are refused rather than ignored. */
    readonly refusesUnknown: boolean;
  };
  readonly page: { readonly plan: PagePlan; readonly binding: Binding } | undefined;
  readonly body: (new () => object) | undefined;
  /** Whether the handler reads the If-Match header. */
  readonly takesIfMatch: boolean;
  /** Whether a 2xx response carries the version of its view as an ETag. */
  readonly hasVersion: boolean;
  /** What a 2xx response may contain; undefined for an unshaped route. */
  readonly responseSchema: JsonSchema | undefined;
  /** The envelope of a 2xx response; the response schema then covers both. */
  readonly envelope: CompiledEnvelope | undefined;
}
