import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/internal';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import { problemSchema } from '../http/problem-document.js';
import { isUndescribed } from '../http/route-description.js';
import { RouteChecks } from '../http/route-checks.js';
import { ViewRegistry } from '../view/view-registry.js';
import { Components } from './components.js';
import type { ExampleValues } from './example.js';
import type { Operation, Parameter } from './operation.js';
import { operationOf } from './operation.js';

/** What an API description says of itself. */
export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
}

/**
 * The OpenAPI 3.1 document of an application. @nestjs/swagger finds the routes, tags and
 * summaries; parameters, bodies and answers follow from the compiled routes, so that the
 * document says what the server does. @nestjs/swagger is loaded by the first call, so that a start
 * does not wait for it. Throws `setup_refused` before `app.init()`, when no route is known.
 */
export async function openApiOf(app: INestApplication, info: ApiInfo): Promise<OpenAPIObject> {
  requireRoutes(app);
  const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(info.title)
    .setVersion(info.version)
    .setDescription(info.description ?? '');
  const document = SwaggerModule.createDocument(app, builder.build());
  const components = new Components();
  components.schemas['Problem'] = problemSchema;
  const described = (known: KnownOperation, route: CompiledRoute) =>
    merged(known, operationOf(route, statusOf(route), components, exampleFor(app, route)));
  for (const route of app.get(RouteChecks).routes) {
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
  document.components = { ...document.components, schemas: components.schemas as never };
  return document;
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

/** What @nestjs/swagger found out about a route. */
interface KnownOperation {
  readonly parameters?: readonly Pick<Parameter, 'name' | 'in'>[];
}

/** Headers and query parameters that a handler takes by itself stay in the description. */
function merged(known: KnownOperation, operation: Operation): Operation {
  const own = new Set(operation.parameters.map(({ name }) => name));
  const others = (known.parameters ?? []).filter(
    (parameter) => parameter.in !== 'path' && !own.has(parameter.name),
  );
  const parameters = [...operation.parameters, ...(others as Parameter[])];
  return { ...known, ...operation, parameters };
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
