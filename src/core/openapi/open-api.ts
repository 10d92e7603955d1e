import type { INestApplication } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/internal';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { CompiledRoute } from '../http/compiled-route.js';
import { problemSchema } from '../http/problem-document.js';
import { RouteChecks } from '../http/route-checks.js';
import { ViewRegistry } from '../view/view-registry.js';
import { Components } from './components.js';
import type { ExampleValues } from './example.js';
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
 * document says what the server does.
 */
export function openApiOf(app: INestApplication, info: ApiInfo): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(info.title)
    .setVersion(info.version)
    .setDescription(info.description ?? '');
  const document = SwaggerModule.createDocument(app, builder.build());
  const components = new Components();
  components.schemas['Problem'] = problemSchema;
  for (const route of app.get(RouteChecks).routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    const item = document.paths[path] as Record<string, object> | undefined;
    const method = route.method.toLowerCase();
    const known = item?.[method] as { parameters?: { in: string }[] } | undefined;
    if (!item || !known) continue;
    const operation = operationOf(route, statusOf(route), components, exampleFor(app, route));
    const headers = (known.parameters ?? []).filter((parameter) => parameter.in === 'header');
    item[method] = {
      ...known,
      ...operation,
      parameters: [...operation.parameters, ...headers],
    };
  }
  document.components = { ...document.components, schemas: components.schemas as never };
  return document;
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
