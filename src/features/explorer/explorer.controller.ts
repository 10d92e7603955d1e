import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../core/access/policy.decorators.js';
import { HiddenFromOpenApi } from '../../core/http/route-description.js';
import { Unshaped } from '../../core/http/route.decorators.js';
import { markup } from './page-markup.js';
import { styles } from './page-styles.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';

/** The page runs its own files, calls its own API, and nothing else. */
const explorerPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const scripts = [
  'actors',
  'api',
  'app',
  'dom',
  'drawing',
  'entity',
  'fields',
  'graph',
  'history',
  'history-entry',
  'key',
  'key-form',
  'layout',
  'links',
  'moment',
  'more',
  'quiet-reader',
  'quiet-worker',
  'references',
  'relations',
  'search',
  'states',
  'times',
  'values',
].map((name) => `${name}.js`);

/** `GET /explorer`: a page to browse the registry. It knows only what the API returns. */
@Controller('explorer')
@Public()
@WithoutEnvelope()
@HiddenFromOpenApi()
export class ExplorerController {
  @Get()
  @Header('Content-Security-Policy', explorerPolicy)
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  @Header('Referrer-Policy', 'no-referrer')
  @Header('X-Content-Type-Options', 'nosniff')
  @Unshaped('a page without data of its own')
  page(): string {
    return markup;
  }

  @Get('explorer.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  @Header('X-Content-Type-Options', 'nosniff')
  @Unshaped('the styles of the page')
  styles(): string {
    return styles;
  }

  @Get(scripts)
  // A worker obeys the policy it was sent with, not that of its page.
  @Header('Content-Security-Policy', explorerPolicy)
  @Header('Cache-Control', 'no-cache')
  @Header('X-Content-Type-Options', 'nosniff')
  @Unshaped('the scripts of the page')
  script(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const name = request.routeOptions.url!.split('/').at(-1)!;
    void reply.type('text/javascript; charset=utf-8');
    return scriptOf(name);
  }
}

const readFiles = new Map<string, Promise<string>>();

/** A compiled script without the line that names its source map, which is not served. */
function scriptOf(name: string): Promise<string> {
  const known = readFiles.get(name);
  if (known) return known;
  const text = readFile(new URL(`page/${name}`, import.meta.url), 'utf8').then((built) =>
    built.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
  );
  readFiles.set(name, text);
  return text;
}
