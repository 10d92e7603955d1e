import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { exemptKey, openApiOf } from 'nest-dual-id';
import { glossary } from './glossary.js';
import { shopTitle } from './shop-title.js';
import { accessTag, cartsTag, ordersTag, productsTag, usersTag } from './tags.js';

const require = createRequire(import.meta.url);
const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
const { version } = require('swagger-ui-dist/package.json') as { readonly version: string };
const types = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const;

/** Each version of the files has its own addresses, so that a browser caches them for a year. */
const files = {
  [`/docs/${version}/swagger-ui.css`]: { name: 'swagger-ui.css', type: types.css },
  [`/docs/${version}/swagger-ui-bundle.js`]: { name: 'swagger-ui-bundle.js', type: types.js },
} as const;
const forAYear = 'public, max-age=31536000, immutable';

const commonHeaders = {
  'Cache-Control': 'no-cache',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The page runs its own scripts and calls its own API; Swagger UI sets styles on its elements. */
const docsPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHtml = `<!doctype html>
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

const startScript = `SwaggerUIBundle({
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
    document ??= describeShop(app).then((known) => JSON.stringify(known));
    return reply
      .headers(commonHeaders)
      .type(types.json)
      .send(await document);
  });
  fastify.get('/docs', config('a static page'), (_request, reply) =>
    reply
      .headers(commonHeaders)
      .header('Content-Security-Policy', docsPolicy)
      .type(types.html)
      .send(pageHtml),
  );
  fastify.get('/docs/start.js', config('a static file'), (_request, reply) =>
    reply.headers(commonHeaders).type(types.js).send(startScript),
  );
  for (const [url, { name, type }] of Object.entries(files)) {
    fastify.get(url, config('a static file'), async (_request, reply) => {
      const kept = { ...commonHeaders, 'Cache-Control': forAYear };
      return reply
        .headers(kept)
        .type(type)
        .send(await readFile(join(assets, name)));
    });
  }
}

function describeShop(app: NestFastifyApplication) {
  const tags = [productsTag, usersTag, cartsTag, ordersTag, accessTag];
  return openApiOf(app, { title: shopTitle, version: '1.0.0', description, tags }, glossary);
}

const description = `A shop: products, customers, their carts and orders. Everything is addressed by a public id, which is a UUID, or by a slug.

**Access.** Products, departments and aisles are public. Everything else asks for an API key, sent as \`Authorization: Bearer <key>\`. Customers see and change their own cart and orders, as if there were no others; each operation says which permission its callers need for those of everybody.

**Pages.** Lists return \`items\` and a \`nextCursor\`. Send it as \`after\` to get the next page, with the same filters and sort.

**Versions.** A response with an \`ETag\` can be changed safely: send the tag as \`If-Match\`, and the change is refused with 412 when somebody else was faster.

**Errors.** Every error is a problem document (RFC 9457). Its \`code\` is for programs and never changes; its \`detail\` is for people and ends with the next step.`;
