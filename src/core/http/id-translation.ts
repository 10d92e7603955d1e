import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { SendHook } from './hooks.js';
import type { EntityTarget, IdPlaces } from './id-places.js';
import type { RouteOrigin } from './route.decorators.js';

/** Something that was sent in place of a public id. */
export interface SentInstead {
  readonly entity: EntityTarget;
  readonly text: string;
  /** Whether it is a part of the path, which is the address of a resource. */
  readonly isInPath: boolean;
}

/** How a route accepts something else in place of public ids. */
export interface IdTranslation {
  /** What it accepts, for the doctor, which lists every exception. */
  readonly declared: string;
  /** The places where it accepts something else. */
  readonly places: IdPlaces;
  /** The schema of what it accepts there besides public ids. */
  readonly alternative: JsonSchema;
  /** Headers of the responses to such a request, with what they mean. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Whether a text is accepted in place of a public id, or why it is refused. Runs before
   * authentication and any I/O.
   */
  accepts(text: string): boolean | DualIdError;
  /**
   * The public ids that the accepted texts stand for, in their order: one without a row for a text
   * that stands for none. Runs once the caller is known and may call the route.
   */
  translate(request: FastifyRequest, sent: readonly SentInstead[]): Promise<readonly string[]>;
  /** Sees each response of the route, translated or not. */
  readonly onSend: SendHook;
}

/** The part of a compiled route that a translator looks at. */
export interface TranslatedRoute {
  readonly method: string;
  readonly url: string;
  readonly origin: RouteOrigin;
  /** Where it takes public ids. */
  readonly places: IdPlaces;
}

/** Which module translates for the routes with a decorator. */
export interface TranslationKind {
  readonly decorator: string;
  readonly module: string;
}

/** Makes the translation of a route, at boot. */
export type IdTranslator = (route: TranslatedRoute) => IdTranslation;

const translationKey = Symbol('nest-dual-id:id-translation');

/** Records that a handler accepts something else in place of public ids. */
export function declareTranslation(handler: object, kind: TranslationKind): void {
  Reflect.defineMetadata(translationKey, kind, handler);
}

/** What translates for the routes that declare it. Features add themselves before routes exist. */
@Injectable()
export class IdTranslators {
  readonly #translators = new Map<TranslationKind, IdTranslator>();

  add(kind: TranslationKind, translator: IdTranslator): void {
    this.#translators.set(kind, translator);
  }

  /** The translation of a route; undefined if it accepts nothing but public ids. */
  of(route: TranslatedRoute): IdTranslation | undefined {
    const { prototype, method } = route.origin;
    const handler = (prototype as Record<string, object>)[method]!;
    const kind = Reflect.getMetadata(translationKey, handler) as TranslationKind | undefined;
    if (!kind) return undefined;
    const translator = this.#translators.get(kind);
    if (translator) return translator(route);
    throw problem('setup_refused', {
      detail: `${route.method} ${route.url} is ${kind.decorator}, and nothing translates for it. Import ${kind.module} in the application module.`,
    });
  }
}
