import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadOptional } from '../optional-package.js';
import type { EdgeHeadersOptions } from './headers.options.js';

const year = 365 * 24 * 60 * 60;

/**
 * Sends the headers of helmet, set for an API whose responses no browser shows as a page. A route
 * that sets one of them itself, such as a page with a policy of its own, keeps its own.
 */
export async function sendSecurityHeaders(
  app: NestFastifyApplication,
  { hsts = false }: EdgeHeadersOptions,
): Promise<void> {
  const load = () => import('@fastify/helmet');
  const { default: helmet } = await loadOptional('@fastify/helmet', load, 'set headers: false');
  await app.register(helmet as never, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity:
      hsts === true ? { maxAge: year, includeSubDomains: false } : hsts && { ...hsts },
    xFrameOptions: { action: 'deny' },
  });
}
