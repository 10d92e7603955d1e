import type { INestApplication } from '@nestjs/common';
import { problem } from '../../../core/errors/problem.js';
import type { EdgeCorsOptions } from './cors.options.js';

/** What pages of other origins need of this API's responses. */
const readable = ['ETag', 'Link', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'];

/** Lets the pages of some origins call the API. */
export function openTo(app: INestApplication, options: EdgeCorsOptions): void {
  const { origins, credentials = false, exposedHeaders = [], maxAge = 600 } = options;
  for (const origin of origins) requireCorsOrigin(origin, options);
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [...readable, ...exposedHeaders],
    credentials,
    maxAge,
  });
}

function requireCorsOrigin(origin: string, { origins, credentials }: EdgeCorsOptions): void {
  if (origin === '*') {
    if (origins.length === 1 && credentials !== true) return;
    throw problem('setup_refused', {
      detail:
        'The origins of protectEdge({ cors }) contain `*`, which stands alone and without credentials. List the exact origins instead.',
    });
  }
  if (URL.canParse(origin) && new URL(origin).origin === origin) return;
  throw problem('setup_refused', {
    detail: `${JSON.stringify(origin)} in protectEdge({ cors }) is not an origin; write it like https://shop.example, without a path.`,
  });
}
