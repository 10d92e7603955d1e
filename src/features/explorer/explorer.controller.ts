import { readFile } from 'node:fs/promises';
import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Undescribed } from '../../core/http/route-description.js';
import { Unshaped } from '../../core/http/route.decorators.js';
import { markup } from './page-markup.js';
import { styles } from './page-styles.js';
import { WithoutEnvelope } from '../../core/http/envelope.js';

/** The page runs its own files and talks to its own API, and to nothing else. */
const policy = [
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
  'api',
  'app',
  'dom',
  'drawing',
  'entity',
  'graph',
  'layout',
  'links',
  'references',
  'relations',
  'search',
  'states',
].map((name) => `${name}.js`);

/** `GET /explorer`: the registry, to look at. It knows what the API tells, and nothing more. */
@Controller('explorer')
@WithoutEnvelope()
@Undescribed()
export class ExplorerController {
  @Get()
  @Header('Content-Security-Policy', policy)
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

const read = new Map<string, Promise<string>>();

/** A script as it was built, without the line that names its map, which is not served. */
function scriptOf(name: string): Promise<string> {
  const known = read.get(name);
  if (known) return known;
  const text = readFile(new URL(`page/${name}`, import.meta.url), 'utf8').then((built) =>
    built.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'),
  );
  read.set(name, text);
  return text;
}
