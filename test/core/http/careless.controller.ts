import { Controller, Get, HttpCode, Inject, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  Database,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  ReturnsSchema,
  Unshaped,
} from 'nest-dual-id';
import { Author } from '../../support/library/library.entities.js';
import { AuthorView } from '../../support/library/library.views.js';

const names = { type: 'object', properties: { name: { type: 'string' } } } as const;

/** Handlers that return more than they declared. */
@Controller()
export class CarelessController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('entity')
  @Returns(AuthorView)
  async entity() {
    const [author] = await this.database.manager.find(Author);
    return { ...author, ...author!.home };
  }

  @Post('created')
  @Returns(AuthorView)
  created() {
    return this.entity();
  }

  @Post('accepted')
  @HttpCode(202)
  @Returns(AuthorView)
  accepted() {
    return this.entity();
  }

  @Get('choices')
  @HttpCode(300)
  @Returns(AuthorView)
  choices() {
    return this.entity();
  }

  @Get('missing')
  @HttpCode(404)
  @Returns(AuthorView)
  missing() {
    return this.entity();
  }

  @Get('row')
  @Returns(AuthorView)
  async row() {
    const rows = await this.database.manager.query<{ public_key: string }[]>(
      'SELECT * FROM press.authors',
    );
    return { ...rows[0], uuid: rows[0]!.public_key, city: 'x', postalCode: null };
  }

  @Get('page')
  @ReturnsPage(AuthorView)
  async page() {
    const author = await this.entity();
    return {
      items: [{ ...author, extra: { id: '7700000000000' } }],
      nextCursor: null,
      id: '7700000000000',
    };
  }

  @Get('names')
  @ReturnsSchema({
    ...names,
    properties: { ...names.properties, all: { type: 'array', items: names } },
  })
  async names() {
    const author = await this.entity();
    return { ...author, all: [author, author] };
  }

  @Get('nothing')
  @ReturnsNothing()
  nothing() {
    return this.entity();
  }

  @Get('instance')
  @Returns(AuthorView)
  async instance() {
    const [author] = await this.database.manager.find(Author);
    return Object.assign(author!, author!.home);
  }

  @Get('unfit')
  @Returns(AuthorView)
  unfit() {
    return { id: '7700000000000', name: 'no uuid' };
  }

  @Get('number')
  @Returns(AuthorView)
  number() {
    return 7_700_000_000_000 as never;
  }

  @Get('error')
  @Returns(AuthorView)
  error() {
    return new Error('row 7700000000000 is broken') as never;
  }

  @Get('own')
  @Unshaped('The test wants to see it.')
  own(@Res() reply: FastifyReply) {
    void reply.send('as I like');
  }
}
