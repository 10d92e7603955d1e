import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/internal';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import { isUndescribed } from '../http/route-description.js';
import { RouteChecks } from '../http/route-checks.js';
import { ViewRegistry } from '../view/view-registry.js';
import { Components } from './components.js';
import type { ExampleValues } from './example.js';
import type { KnownOperation } from './known-operation.js';
import { merged } from './known-operation.js';
import { operationOf, refusalContent } from './operation.js';
import { keepReferenced } from './referenced-models.js';

/** What an API description says of itself. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/** What the `build()` of a `DocumentBuilder` returns: servers, security schemes, tags. */
export type ApiDocument = Omit<OpenAPIObject, 'paths'>;

/**
 * The OpenAPI 3.1 document of an application, whose head is given in short or made by
 * `DocumentBuilder`. @nestjs/swagger finds the routes, and what its decorators say of them;
 * parameters, bodies and answers follow from the compiled routes, so that the document says what
 * the server does. @nestjs/swagger is loaded by the first call, so that a start does not wait for
 * it. Throws `setup_refused` before `app.init()`, when no route is known, and where a decorator
 * contradicts the route.
 */
export async function openApiOf(
  app: INestApplication,
  info: ApiInfo | ApiDocument,
): Promise<OpenAPIObject> {
  requireRoutes(app);
  const { SwaggerModule } = await import('@nestjs/swagger');
  const document = SwaggerModule.createDocument(app, headOf(info));
  const components = new Components();
  const { errors, routes } = app.get(RouteChecks);
  const refusal = refusalContent(errors, components);
  const described = (known: KnownOperation, route: CompiledRoute) => {
    const parts = { components, refusal, example: exampleFor(app, route) };
    return merged(known, operationOf(route, statusOf(route), parts), route);
  };
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    const item = document.paths[path] as Record<string, KnownOperation> | undefined;
    for (const method of route.method.toLowerCase().split(',')) {
      const known = item?.[method];
      if (!item || !known) continue;
      if (isUndescribed(route.origin)) delete item[method];
      else item[method] = described(known, route);
    }
    if (item && Object.keys(item).length === 0) delete document.paths[path];
  }
  keepReferenced(document.paths, components, document.components?.schemas ?? {});
  document.components = { ...document.components, schemas: components.schemas as never };
  if ('info' in info) requireSchemes(document);
  return document;
}

/** The schemas of views and inputs are of OpenAPI 3.1, whatever the builder was told. */
function headOf(info: ApiInfo | ApiDocument): ApiDocument {
  if ('info' in info) return { ...info, openapi };
  const { title, version, description = '' } = info;
  return {
    openapi,
    info: { title, version, description, contact: {} },
    tags: [],
    servers: [],
    components: {},
  };
}

const openapi = '3.1.0';

/** A client generator stops at a security scheme that is nowhere. */
function requireSchemes({ paths, security, components }: OpenAPIObject): void {
  const schemes = components?.securitySchemes ?? {};
  const asked = [
    ...(security ?? []),
    ...Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, KnownOperation>).flatMap((one) => one.security ?? []),
    ),
  ];
  const missing = asked.flatMap((one) => Object.keys(one)).find((name) => !(name in schemes));
  if (missing === undefined) return;
  throw problem('setup_refused', {
    detail: `A route asks for the security scheme ${missing}, which the API description does not declare. Add it to the DocumentBuilder, as with addBearerAuth().`,
  });
}

/** Routes are compiled as they are registered, which `init` does. */
function requireRoutes(app: INestApplication): void {
  const { isInitialized } = app as INestApplication & { readonly isInitialized?: boolean };
  if (isInitialized || app.get(RouteChecks).routes.length > 0) return;
  throw problem('setup_refused', {
    detail:
      'openApiOf was called before the application was initialised, when nothing is known of its routes. Call `await app.init()` before it; `listen` may follow.',
  });
}

function exampleFor(app: INestApplication, { answer }: CompiledRoute): ExampleValues {
  if (answer.kind !== 'view' && answer.kind !== 'page') return {};
  return app.get(ViewRegistry).get(answer.view).options.example ?? {};
}

/** Nest answers 201 to POST and 200 to everything else, unless a method says otherwise. */
function statusOf({ origin, method }: CompiledRoute): number {
  const handler = (origin.prototype as Record<string, object>)[origin.method]!;
  const declared = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
  return declared ?? (method === RequestMethod[RequestMethod.POST] ? 201 : 200);
}
