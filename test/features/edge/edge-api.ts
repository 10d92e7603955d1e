import { Body, Controller, Get, Inject, Module, Param, Post, Query, Res } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { FastifyReply } from 'fastify';
import {
  AccessControl,
  bearerToken,
  currentPrincipal,
  newPublicId,
  PlainParam,
  problem,
  Public,
  Requires,
  ReturnsNothing,
  ReturnsSchema,
  SignedIn,
  Unshaped,
} from 'nest-dual-id';
import type { EdgeOptions } from 'nest-dual-id/edge';
import { currentTrace, protectEdge, RateLimit } from 'nest-dual-id/edge';
import type { Api, ApiParts } from '../../support/api.js';
import { startApi } from '../../support/api.js';

const shown = (...names: string[]) => ({
  type: 'object' as const,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  additionalProperties: false,
});

class Note {
  @IsString() text!: string;
}

/** No property of a response is called like an id. */
function shownTrace() {
  const { traceId: trace, spanId: span, ...headers } = currentTrace()!;
  return { trace, span, ...headers };
}

/** What slow requests wait for. */
export const slow = { arrived: 0, release: (): void => undefined };

function held(): Promise<void> {
  slow.arrived += 1;
  return new Promise((resolve) => {
    const { release } = slow;
    slow.release = () => (release(), resolve());
  });
}

@Controller('things')
export class ThingsController {
  @Get()
  @Public()
  @ReturnsNothing()
  list(@Query('q') _q?: string): void {}

  @Get('mine')
  @SignedIn()
  @ReturnsSchema(shown('uuid'))
  mine() {
    return { uuid: currentPrincipal()!.uuid };
  }

  @Get('forbidden')
  @Requires('things:rule')
  @ReturnsNothing()
  forbidden(): void {}

  @Get('failing')
  @Public()
  @ReturnsNothing()
  failing(): void {
    throw new Error('secret of the handler');
  }

  @Get('slow')
  @Public()
  @ReturnsSchema(shown('text'))
  async slow() {
    await held();
    return { text: 'whole'.repeat(1_000) };
  }

  @Get('trace')
  @Public()
  @ReturnsSchema(shown('trace', 'span', 'traceparent', 'tracestate'))
  trace() {
    return shownTrace();
  }

  @Post('trace')
  @Public()
  @ReturnsSchema(shown('trace', 'span', 'traceparent', 'tracestate'))
  async traceOfBody(@Body() _note: Note) {
    await new Promise(setImmediate);
    return shownTrace();
  }

  @Get('strict')
  @Public()
  @RateLimit({ address: { max: 2 } })
  @ReturnsNothing()
  strict(): void {}

  @Get('free')
  @Public()
  @RateLimit('none')
  @ReturnsNothing()
  free(): void {}

  @Get('page')
  @Public()
  @Unshaped('a page of the test')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('Content-Security-Policy', "default-src 'self'").type('text/html');
    return '<p>page</p>';
  }

  @Get('named/:name')
  @Public()
  @ReturnsNothing()
  named(@PlainParam('name') @Param('name') _name: string): void {}
}

@Controller('health')
export class HealthController {
  @Get('live')
  @Public()
  @ReturnsSchema(shown('status'))
  live() {
    return {};
  }
}

/** The tokens that are valid, each of one person with one key. */
export const known = {
  token: 'good-token-of-a-client',
  uuid: newPublicId(4),
  keyUuid: newPublicId(4),
};
/** How often a token was looked up. */
export const lookups = { count: 0 };

@Module({})
export class TokensModule {
  constructor(@Inject(AccessControl) access: AccessControl) {
    access.authenticateWith({
      authenticate: async ({ headers }) => {
        const token = bearerToken(headers.authorization);
        if (token === undefined) return undefined;
        lookups.count += 1;
        if (token === 'held') await held();
        if (!token.startsWith(known.token)) throw problem('unauthenticated');
        const { uuid: principalUuid, keyUuid } = known;
        return { principalUuid, keyUuid, scopes: new Set<string>() };
      },
    });
  }
}

/** Lines of a log that a test reads. */
export class Lines {
  readonly texts: string[] = [];

  write(line: string): void {
    this.texts.push(line);
  }

  /** The lines, read; the test waits until there are as many. */
  async read(count: number): Promise<any[]> {
    while (this.texts.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.texts.map((text) => JSON.parse(text) as object);
  }
}

/** Starts an application behind an edge; without options of its own it writes no log. */
export function startEdge(
  { url, entities, ...more }: ApiParts,
  options: EdgeOptions = {},
): Promise<Api> {
  return startApi({
    url,
    entities,
    controllers: [ThingsController, HealthController],
    imports: [TokensModule],
    ...more,
    prepare: async (app) => {
      await more.prepare?.(app);
      await protectEdge(app, { log: false, ...options });
    },
  });
}
