import { Readable } from 'node:stream';
import {
  BadGatewayException,
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpException,
  ImATeapotException,
  Inject,
  NotFoundException,
  Post,
  Res,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { IsString } from 'class-validator';
import { Database, problem, problemsOf, ReturnsSchema, statement, Unshaped } from 'nest-dual-id';
import { Author } from '../../support/library/library.entities.js';

class Named {
  @IsString() name!: string;
}

const secret = 'row 7700000000000 of secret_table';
const told = { detail: `${secret}.`, errors: [{ parameter: secret, detail: 'is secret' }] };
const ownProblem = problemsOf({
  misuse: { status: 409, title: 'The tool is used for something else', next: 'Take another.' },
});
const failures: Readonly<Record<string, () => unknown>> = {
  plain: () => Promise.reject(new Error(secret)),
  thrown: () => {
    throw secret;
  },
  nothing: () => Promise.reject(undefined as never),
  bad: () => Promise.reject(new BadRequestException('This is bad.')),
  unauthorized: () => Promise.reject(new UnauthorizedException()),
  missing: () => Promise.reject(new NotFoundException('No such cart')),
  conflict: () => Promise.reject(new ConflictException('Taken')),
  teapot: () => Promise.reject(new ImATeapotException('Short and stout')),
  payment: () => Promise.reject(new HttpException('Pay first', 402)),
  gateway: () => Promise.reject(new BadGatewayException(secret)),
  unavailable: () => Promise.reject(new ServiceUnavailableException(secret)),
  redirect: () => Promise.reject(new HttpException(secret, 302)),
  plugin: () => Promise.reject(Object.assign(new Error(secret), { statusCode: 429 })),
  broken: () => Promise.reject(Object.assign(new Error(secret), { statusCode: 502 })),
  retry: () => Promise.reject(problem('too_many_requests', { retryAfter: 7 })),
  misused: () => Promise.reject(problem('misuse', told)),
  'set-up': () => Promise.reject(problem('setup_refused', told)),
  locked: () => Promise.reject(problem('migration_blocked', told)),
  'own-misuse': () => Promise.reject(ownProblem('misuse')),
  outdated: () => Promise.reject(problem('schema_outdated', told)),
  newer: () => Promise.reject(problem('schema_newer', told)),
};
const schema = { type: 'object', properties: {} } as const;

/** Handlers that fail in every way. */
@Controller('fail')
export class FailingController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('typeorm')
  @ReturnsSchema(schema)
  typeorm() {
    return this.database.manager.findOneOrFail(Author, { where: { name: 'nobody' } });
  }

  @Get('query')
  @ReturnsSchema(schema)
  query() {
    return this.database.manager.query('SELECT secret FROM secret_table WHERE id = 7700000000000');
  }

  @Get('statement')
  @ReturnsSchema(schema)
  statement() {
    return this.database.rows(statement('SELECT 1 / 0, 7700000000000'));
  }

  @Get('midway')
  @Unshaped('It fails after its first bytes.')
  midway(@Res() reply: { send(body: unknown): void }) {
    const stream = Readable.from(
      (function* () {
        yield 'first bytes';
        throw new Error(secret);
      })(),
    );
    reply.send(stream);
  }

  @Post('body')
  @ReturnsSchema(schema)
  body(@Body() _body: Named) {
    return {};
  }
}

/** One route per failure. */
export const failingControllers = [
  FailingController,
  ...Object.entries(failures).map(([name, fail]) => controllerOf(name, fail)),
];

function controllerOf(name: string, fail: () => unknown) {
  class FailsAs {
    handle() {
      return fail();
    }
  }
  const { prototype } = FailsAs;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle')!;
  ReturnsSchema(schema)(prototype, 'handle', descriptor);
  Get(name)(prototype, 'handle', descriptor);
  Controller('fail')(FailsAs);
  return FailsAs;
}
