import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { RouteOptions } from 'fastify';
import { AccessControl } from '../access/access-control.js';
import { declaredValues } from '../body/body-shape.js';
import { problem } from '../errors/problem.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { accessHook, refuseUnguarded } from './access-hook.js';
import { describeCaching } from './answer-headers.js';
import { bodyValuesKey, defaultUndeclaredValues } from './json-body.js';
import { Exemptions } from './exemptions.js';
import type { CompiledRoute } from './compiled-route.js';
import { noteRouteVersion } from './route-version.js';
import { answerConditions, checkConditions } from './conditions.js';
import { DualIdFastifyAdapter } from './dual-id-fastify-adapter.js';
import { checkContent } from './content-check.js';
import { refuseNothing, refuseNull } from './empty-answers.js';
import { putIntoEnvelope, shareEnvelopeSerializer } from './enveloped-answers.js';
import { ErrorBodies } from './error-bodies.js';
import type { Exit } from './exit.js';
import { checkAddress, checkInput } from './request-checks.js';
import { isCancellable, runForClient } from './request-caller.js';
import { gateOf } from './request-gate.js';
import { describeAnswer } from './response-checks.js';
import { readsKey } from './route-description.js';
import { RouteCompiler } from './route-compiler.js';
import type { RouteOrigin } from './route.decorators.js';
import { originKey } from './route.decorators.js';
import { translateIds } from './translated-ids.js';
import { sharedSerializer } from './shared-serializers.js';
import { refuseUndeclaredEnvelope } from './undeclared-envelope.js';

/** Key of the reason in the config of a plain Fastify route that is exempt from the guarantees. */
export const exemptKey = 'dualIdExempt';

/**
 * Meets every route as Fastify registers it: compiles it, adds the checks before and after its
 * handler, and sets its response schema. A route it cannot vouch for stops the boot.
 */
@Injectable()
export class RouteChecks implements OnModuleInit {
  /** How the application shows errors. */
  readonly errors: ErrorBodies;
  /** What the application exempts from the guarantees. */
  readonly exempt: Exemptions;
  readonly #routes: CompiledRoute[] = [];
  #bound: unknown;
  #refusal: unknown;

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(RouteCompiler) private readonly compiler: RouteCompiler,
    @Inject(DUAL_ID_OPTIONS) private readonly options: DualIdModuleOptions,
    @Inject(AccessControl) private readonly access: AccessControl,
  ) {
    this.errors = new ErrorBodies(options);
    this.exempt = new Exemptions(options);
    if (host.httpAdapter) this.#bind(host.httpAdapter);
    // A testing module gets its adapter after its providers, when an application is created from
    // it.
    else host.init$.subscribe(() => this.#bindLate(host.httpAdapter));
  }

  /** An application whose routes were not checked does not listen. */
  onModuleInit(): void {
    if (this.#refusal) throw this.#refusal;
    const { httpAdapter } = this.host;
    // An application context without HTTP, such as a command, has no adapter and no routes.
    if (!httpAdapter || httpAdapter === this.#bound) return;
    throw problem('setup_refused', {
      detail:
        'The routes of this application were not checked, because its module was already used for another application. Compile a module for each application.',
    });
  }

  /** Every route of the application, in order of registration. */
  get routes(): readonly CompiledRoute[] {
    return this.#routes;
  }

  #bind(adapter: unknown): void {
    const known = requireOwnAdapter(adapter);
    known.useErrors(this.errors);
    known.guardWith(gateOf(this.options));
    known.exit.guard(this.exempt);
    known.meetRoutes((route) => this.#meet(route, known.exit));
    this.#bound = adapter;
  }

  /** An error thrown in a subscriber would be lost. */
  #bindLate(adapter: unknown): void {
    try {
      if (adapter) this.#bind(adapter);
    } catch (error) {
      this.#refusal = error;
    }
  }

  /** Whether routes ask for credentials, each as its policy says. */
  get areGuarded(): boolean {
    return this.access.guardsRoutes();
  }

  #meet(route: RouteOptions, exit: Exit): void {
    const config = (route.config ?? {}) as Record<string, unknown>;
    const origin = config[originKey] as RouteOrigin | undefined;
    if (origin === undefined && isPreflightRoute(route)) return;
    if (isExempt(config) || (!origin && this.exempt.covers(route.url))) return addExit(route, exit);
    const method = [route.method].flat().join(',');
    const compiled = this.compiler.compile(method, route.url, origin);
    if (method !== 'HEAD') this.#routes.push(compiled);
    noteRouteVersion(route);
    hang(route, compiled, this.options);
    this.#guard(route, compiled);
    if (compiled.responseSchema) {
      const mayBeExempt = this.exempt.paths.length > 0;
      seal(route, compiled, this.#routes, { exit, errors: this.errors, mayBeExempt });
    } else {
      addExit(route, exit);
    }
  }

  /** Credentials are looked at once the request itself is known to be well-formed. */
  #guard(route: RouteOptions, compiled: CompiledRoute): void {
    if (!this.areGuarded) return refuseUnguarded(compiled);
    const guard = accessHook(compiled, this.access);
    if (guard) route.preHandler = [guard, ...[route.preHandler ?? []].flat()];
  }
}

function requireOwnAdapter(adapter: unknown): DualIdFastifyAdapter {
  if (adapter instanceof DualIdFastifyAdapter) return adapter;
  throw problem('setup_refused', {
    detail:
      'The application runs on an adapter that does not check the responses of its routes. Create it with NestFactory.create(AppModule, new DualIdFastifyAdapter()), or in a test with createNestApplication(new DualIdFastifyAdapter()).',
  });
}

function isExempt(config: Record<string, unknown>): boolean {
  const reason = config[exemptKey];
  return typeof reason === 'string' && reason.trim() !== '';
}

/** The single route that @fastify/cors adds, for every address. */
function isPreflightRoute({ method, url }: RouteOptions): boolean {
  return method === 'OPTIONS' && (url === '*' || url === '/*');
}

/** Leaves a route's responses unchecked, whoever writes them. */
function addExit(route: RouteOptions, exit: Exit): void {
  const open = (_request: unknown, { raw }: { readonly raw: object }, done: () => void): void => {
    exit.open(raw);
    done();
  };
  route.onRequest = [open, ...[route.onRequest ?? []].flat()];
}

/** Keeps a hook after those that plugins add to the route later. */
function sendLast(route: RouteOptions, last: object): void {
  const hooks: unknown[] = [route.onSend ?? []].flat();
  const ordered = () => {
    const at = hooks.indexOf(last);
    if (at >= 0) hooks.splice(at, 1);
    hooks.push(last);
    return hooks;
  };
  const replace = (value: unknown) => hooks.splice(0, hooks.length, ...[value ?? []].flat());
  Object.defineProperty(route, 'onSend', { get: ordered, set: replace, enumerable: true });
}

function hang(
  route: RouteOptions,
  compiled: CompiledRoute,
  { maxUndeclaredValues = defaultUndeclaredValues }: DualIdModuleOptions,
): void {
  const content = checkContent(compiled.origin);
  route.onRequest = [...[route.onRequest ?? []].flat(), content, checkAddress(compiled)];
  const declared = compiled.body ? declaredValues(compiled.body) : 0;
  const values = declared + maxUndeclaredValues;
  route.config = { ...route.config, [bodyValuesKey]: values } as object;
  const check = checkInput(compiled.body, values, compiled.translation);
  route.preValidation = [...[route.preValidation ?? []].flat(), check];
  if (isCancellable(compiled.method)) {
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      runForClient(readsKey(compiled.origin)),
    ];
  }
  route.onSend = [...[route.onSend ?? []].flat(), describeCaching(compiled)];
  const { translation } = compiled;
  if (!translation) return;
  route.preHandler = [translateIds(compiled, translation), ...[route.preHandler ?? []].flat()];
  route.onSend = [...[route.onSend ?? []].flat(), translation.onSend];
}

/** What a route is sealed with. */
interface Sealing {
  readonly exit: Exit;
  readonly errors: ErrorBodies;
  /** Whether the route may lie below an exempt path. */
  readonly mayBeExempt: boolean;
}

/** Gives a route its response schemas, and lets nothing else out. */
function seal(
  route: RouteOptions,
  compiled: CompiledRoute,
  routes: readonly CompiledRoute[],
  { exit, errors, mayBeExempt }: Sealing,
): void {
  const hold = (_request: unknown, { raw }: { readonly raw: object }, done: () => void): void => {
    exit.await(raw);
    done();
  };
  const first = mayBeExempt ? [hold] : [];
  route.onRequest = [...first, ...[route.onRequest ?? []].flat(), checkConditions(compiled)];
  const { envelope, responseSchema } = compiled;
  if (envelope) shareEnvelopeSerializer(envelope);
  const before = [
    refuseNull(compiled),
    ...(compiled.answer.kind === 'nothing'
      ? []
      : [refuseUndeclaredEnvelope(compiled, envelope?.answer ?? responseSchema!)]),
    describeAnswer(compiled, routes),
    ...(envelope ? [putIntoEnvelope(envelope)] : []),
  ];
  route.preSerialization = [...[route.preSerialization ?? []].flat(), ...before];
  // Fastify's own HEAD hook, already present, removes the body that a tag is made from.
  route.onSend = [answerConditions, ...[route.onSend ?? []].flat(), refuseNothing(compiled)];
  sendLast(route, exit.requireChecked);
  const shape = compiled.responseSchema;
  const response = { '2xx': shape, '3xx': shape, '4xx': errors.schema, '5xx': errors.schema };
  route.serializerCompiler = sharedSerializer as never;
  route.schema = { ...route.schema, response };
}
