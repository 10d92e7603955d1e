import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Controller, Get, Injectable, Redirect, Req, UseInterceptors } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect } from '@jest/globals';
import { PlainParam, Returns, ReturnsNothing, ReturnsSchema, Unshaped } from 'nest-dual-id';
import type { HttpResponse } from '../../support/http-client.js';
import { AuthorView } from '../../support/library/library.views.js';

/** Values that must not leave. */
export const secret = { id: 7_700_000_000_000, authorId: '7700000000000' };
export const text = JSON.stringify(secret);
const name = { type: 'object', properties: { name: { type: 'string' } } } as const;

/** Changes a reply as the path names. */
@Injectable()
class MeddlingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const header = /^\/header\/([^/]+)\/(.*)$/.exec(url);
    if (header) void reply.header(header[1]!, decodeURIComponent(header[2]!));
    if (url === '/serializer') void reply.serializer(() => text);
    return next.handle();
  }
}

/** Routes whose replies are tampered with. */
@Controller()
@UseInterceptors(MeddlingInterceptor)
export class MeddledController {
  @Get(['serializer', 'plain', 'wrapped'])
  @ReturnsSchema(name)
  plain() {
    return { name: 'Ada' };
  }

  @Get('header/:name/:value')
  @ReturnsSchema(name)
  named(@PlainParam('name') _name: string, @PlainParam('value') _value: string) {
    return this.plain();
  }

  @Get('unshaped/header')
  @Unshaped('The test wants it.')
  unshaped(@Req() _request: unknown) {
    return 'text';
  }

  @Get('redirected')
  @Redirect()
  @ReturnsNothing()
  redirected() {
    return { url: '/authors/7700000000000', statusCode: 302 };
  }

  @Get('elsewhere')
  @Redirect()
  @ReturnsNothing()
  elsewhere() {
    return { url: 'https://example.org/items/42', statusCode: 302 };
  }

  @Get('misread')
  @Returns(AuthorView)
  misread() {
    return { uuid: 7_700_000_000_000, name: 'Ada', city: 'x', postalCode: null };
  }

  @Get('misread/text')
  @ReturnsSchema({
    type: 'object',
    properties: {
      items: {
        type: 'array',
        items: {
          type: 'object',
          properties: { uuid: { type: ['string', 'null'], format: 'uuid' } },
        },
      },
    },
  })
  misreadText() {
    return { items: [{ uuid: null }, { uuid: '7700000000000' }] };
  }
}

/** Expects that a response was blocked, with everything it would have shown. */
export function expectSealed({ status, body, text, headers }: HttpResponse): void {
  expect([status, body.code]).toEqual([500, 'internal']);
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(text + JSON.stringify(headers)).not.toContain('77000');
}
