import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exemptKey, openApiOf } from 'nest-dual-id';
import { shopTitle } from './shop-title.js';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const files = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const;

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${shopTitle}</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="api"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script>
    SwaggerUIBundle({ url: '/openapi.json', dom_id: '#api', defaultModelsExpandDepth: 0 });
  </script>
</body>
</html>
`;

/** Serves the API description at `/openapi.json` and a page to read it at `/docs`. */
export function serveDocumentation(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const config = (reason: string) => ({ config: { [exemptKey]: reason } });
  let document: Promise<string> | undefined;
  fastify.get('/openapi.json', config('the API description itself'), async (_request, reply) => {
    document ??= describe(app).then((known) => JSON.stringify(known));
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  fastify.get('/docs', config('a static page'), (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
  for (const [name, type] of Object.entries(files)) {
    fastify.get(`/docs/${name}`, config('a static file'), async (_request, reply) =>
      reply.type(type).send(await readFile(join(assets, name))),
    );
  }
}

function describe(app: NestFastifyApplication) {
  return openApiOf(app, {
    title: shopTitle,
    version: '1.0.0',
    description:
      'A shop whose rows have a bigint inside and a UUID outside. Only UUIDs and slugs cross this API; every error is a problem document (RFC 9457).',
  });
}
