import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exemptKey, openApiOf } from 'nest-dual-id';
import { shopTitle } from './shop-title.js';

const require = createRequire(import.meta.url);
const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
const { version } = require('swagger-ui-dist/package.json') as { readonly version: string };
const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const;

/** Each version of the files has addresses of its own, so that a browser keeps them for a year. */
const files = {
  [`/docs/${version}/swagger-ui.css`]: { name: 'swagger-ui.css', type: types.css },
  [`/docs/${version}/swagger-ui-bundle.js`]: { name: 'swagger-ui-bundle.js', type: types.js },
} as const;
const forAYear = 'public, max-age=31536000, immutable';

const headers = {
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The page runs its own scripts and asks its own API; Swagger UI sets styles on its elements. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${shopTitle}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/${version}/swagger-ui.css">
</head>
<body>
  <div id="api"></div>
  <script src="/docs/${version}/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

/** Serves the API description at `/openapi.json` and a page to read it at `/docs`. */
export function serveDocumentation(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const config = (reason: string) => ({ config: { [exemptKey]: reason } });
  let document: Promise<string> | undefined;
  fastify.get('/openapi.json', config('the API description itself'), async (_request, reply) => {
    document ??= describe(app).then((known) => JSON.stringify(known));
    return reply
      .headers(headers)
      .type(types.json)
      .send(await document);
  });
  fastify.get('/docs', config('a static page'), (_request, reply) =>
    reply.headers(headers).header('Content-Security-Policy', policy).type(types.html).send(page),
  );
  fastify.get('/docs/start.js', config('a static file'), (_request, reply) =>
    reply.headers(headers).type(types.js).send(start),
  );
  for (const [url, { name, type }] of Object.entries(files)) {
    fastify.get(url, config('a static file'), async (_request, reply) => {
      const kept = { ...headers, 'Cache-Control': forAYear };
      return reply
        .headers(kept)
        .type(type)
        .send(await readFile(join(assets, name)));
    });
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
