import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { Body, Controller, Get, Inject, Injectable, Patch, Post } from '@nestjs/common';
import type { Envelope, Page, PageRequest, PublicId, Versions } from 'nest-dual-id';
import {
  Bind,
  IfMatch,
  PageOf,
  problem,
  PublicIdParam,
  Repositories,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  WithoutEnvelope,
} from 'nest-dual-id';
import { Idempotent } from 'nest-dual-id/idempotency';
import { IsString } from 'class-validator';
import { map } from 'rxjs';
import { Author } from '../../support/library/library.entities.js';
import { AuthorView } from '../../support/library/library.views.js';

const name = { type: 'object', properties: { name: { type: 'string' } } } as const;
let served = 0;

/** `{ data, meta }`, whose meta differs for each response and would show more than allowed. */
export const envelope: Envelope = {
  schema: {
    type: 'object',
    properties: {
      meta: {
        type: 'object',
        properties: { path: { type: 'string' }, count: { type: 'integer' } },
        required: ['path', 'count'],
      },
    },
    required: ['meta'],
  },
  from: (request) => ({
    meta: { path: request.routeOptions.url, count: ++served, id: 7_700_000_000_000 },
    authorId: '7700000000000',
  }),
};

/** An interceptor that many applications have, and no schema knows. */
@Injectable()
export class WrappingInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ name: 'OK', data, meta: { page: 1 } })));
  }
}

class NewAuthor {
  @IsString() name!: string;
}

@Controller('authors')
export class WrappedController {
  constructor(@Inject(Repositories) private readonly repositories: Repositories) {}

  @Get()
  @ReturnsPage(AuthorView)
  list(@PageOf(AuthorView) page: PageRequest): Promise<Page<AuthorView>> {
    return this.repositories.of(Author).page(AuthorView, page);
  }

  @Get('names')
  @ReturnsSchema({ type: 'array', items: name })
  names() {
    return [{ name: 'Ada', authorId: 7 }];
  }

  @Get('bare')
  @WithoutEnvelope()
  @ReturnsSchema(name)
  bare() {
    return { name: 'Ada' };
  }

  @Get('broken')
  @ReturnsSchema(name)
  broken() {
    throw problem('conflict');
  }

  @Get('nothing')
  @ReturnsNothing()
  nothing() {}

  @Get(':authorUuid')
  @Returns(AuthorView)
  get(@Bind('authorUuid', AuthorView) author: AuthorView): AuthorView {
    return author;
  }

  @Post()
  @Idempotent()
  @Returns(AuthorView, { location: '/authors/:uuid' })
  create(@Body() { name: called }: NewAuthor): Promise<AuthorView> {
    const home = { city: 'London', postalCode: null };
    return this.repositories.of(Author).create(AuthorView, { name: called, home });
  }

  @Patch(':authorUuid')
  @Returns(AuthorView)
  change(
    @PublicIdParam('authorUuid', Author) uuid: PublicId<Author>,
    @Body() changes: NewAuthor,
    @IfMatch() versions?: Versions,
  ): Promise<AuthorView> {
    return this.repositories.of(Author).update(AuthorView, uuid, changes, versions);
  }
}

/** A controller that responds without the envelope altogether. */
@Controller('bare')
@WithoutEnvelope()
export class BareController {
  @Get()
  @ReturnsSchema(name)
  get() {
    return { name: 'Ada' };
  }
}
