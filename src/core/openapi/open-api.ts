import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/internal';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import type { ApiTag } from '../http/describe.decorators.js';
import { isHiddenFromOpenApi } from '../http/route-description.js';
import { RouteChecks } from '../http/route-checks.js';
import { Components } from './components.js';
import type { ApiGlossary } from './glossary.js';
import { Glossary } from './glossary.js';
import type { KnownOperation } from './known-operation.js';
import { mergedOperation } from './known-operation.js';
import { operationOf, refusalContent } from './operation.js';
import { keepReferenced } from './referenced-models.js';
import { withBearerScheme } from './security.js';
import { inOrderOf, tagsOf } from './tags.js';

/** The title and other header fields of an API description. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** The tags that come first, in this order; those of `@Tag` follow. */
  readonly tags?: readonly ApiTag[];
}

/** The result of `DocumentBuilder`'s `build()`: servers, security schemes, tags. */
export type ApiDocument = Omit<OpenAPIObject, 'paths'>;

/**
 * Returns the OpenAPI 3.1 document of an application, with a short head or one made by
 * `DocumentBuilder`. @nestjs/swagger finds the routes and their decorators; parameters, bodies and
 * responses come from the compiled routes, so the document matches what the server does; a glossary
 * explains their names. @nestjs/swagger is loaded by the first call, so that startup does not wait
 * for it. Throws `setup_refused` before `app.init()`, when no route is known, and if a decorator
 * contradicts the route.
 */
export async function openApiOf(
  app: INestApplication,
  info: ApiInfo | ApiDocument,
  glossary: ApiGlossary = {},
): Promise<OpenAPIObject> {
  requireRoutes(app);
  const { SwaggerModule } = await import('@nestjs/swagger');
  const document = SwaggerModule.createDocument(app, headOf(info));
  const parts = { components: new Components(), glossary: new Glossary(glossary) };
  const { errors, routes, areGuarded: isGuarded } = app.get(RouteChecks);
  const refusal = refusalContent(errors, parts.components);
  const described = (known: KnownOperation, route: CompiledRoute) =>
    mergedOperation(
      known,
      operationOf(route, successStatusOf(route), { ...parts, refusal, isGuarded }),
      route,
    );
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    const item = document.paths[path] as Record<string, KnownOperation> | undefined;
    for (const method of route.method.toLowerCase().split(',')) {
      const known = item?.[method];
      if (!item || !known) continue;
      if (isHiddenFromOpenApi(route.origin)) delete item[method];
      else item[method] = described(known, route);
    }
    if (item && Object.keys(item).length === 0) delete document.paths[path];
  }
  document.tags = tagsOf(document.tags ?? [], routes);
  document.paths = inOrderOf(document.tags, document.paths);
  const { components } = parts;
  keepReferenced(document.paths, components, document.components?.schemas ?? {});
  const { securitySchemes } = document.components ?? {};
  document.components = {
    ...document.components,
    schemas: components.schemas as never,
    ...(isGuarded && { securitySchemes: withBearerScheme(securitySchemes) }),
  };
  if ('info' in info) requireSchemes(document);
  return document;
}

/** The schemas of views and inputs use OpenAPI 3.1, whatever version the builder was given. */
function headOf(info: ApiInfo | ApiDocument): ApiDocument {
  if ('info' in info) return { ...info, openapi };
  const { title, version, description = '', tags = [] } = info;
  return {
    openapi,
    info: { title, version, description, contact: {} },
    tags: [...tags],
    servers: [],
    components: {},
  };
}

const openapi = '3.1.0';

/** A client generator fails on a security scheme that is not declared. */
function requireSchemes({ paths, security, components }: OpenAPIObject): void {
  const schemes = components?.securitySchemes ?? {};
  const asked = [
    ...(security ?? []),
    ...Object.values(paths).flatMap((item) =>
      Object.values(item as Record<string, KnownOperation>).flatMap((one) => one.security ?? []),
    ),
  ];
  const missing = asked
    .flatMap((one) => Object.keys(one))
    .find((name) => !Object.hasOwn(schemes, name));
  if (missing === undefined) return;
  throw problem('setup_refused', {
    detail: `A route requires the security scheme ${missing}, which the API description does not declare. Add it to the DocumentBuilder, as with addBearerAuth().`,
  });
}

/** Routes are compiled as they are registered, which happens in `init`. */
function requireRoutes(app: INestApplication): void {
  const { isInitialized } = app as INestApplication & { readonly isInitialized?: boolean };
  if (isInitialized || app.get(RouteChecks).routes.length > 0) return;
  throw problem('setup_refused', {
    detail:
      'openApiOf was called before the application was initialized, when none of its routes are known. Call `await app.init()` first; `listen` may follow.',
  });
}

/** Nest sends 201 for POST and 200 for everything else, unless a method declares otherwise. */
function successStatusOf({ origin, method }: CompiledRoute): number {
  const handler = (origin.prototype as Record<string, object>)[origin.method]!;
  const declared = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
  return declared ?? (method === RequestMethod[RequestMethod.POST] ? 201 : 200);
}
