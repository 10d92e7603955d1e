import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  Header,
  HttpCode,
  Inject,
  Logger,
  Post,
  Query,
} from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { JsonSchema } from 'nest-dual-id';
import {
  Database,
  keepMessage,
  PlainParam,
  problem,
  Returns,
  ReturnsSchema,
  statement,
  Unshaped,
} from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { Owner, OwnerView } from './notebook.js';

const found: JsonSchema = {
  type: 'object',
  properties: { uuid: { type: 'string', format: 'uuid' } },
  required: ['uuid'],
  additionalProperties: false,
};

const page: JsonSchema = {
  type: 'object',
  properties: { items: { type: 'array', items: found }, nextCursor: { type: ['string', 'null'] } },
  required: ['items', 'nextCursor'],
  additionalProperties: false,
};

class PickOwner {
  @IsOptional()
  @IsString()
  owner?: string;
}

const firstOwner = statement('SELECT id::text, uuid FROM owners ORDER BY id LIMIT 1');
const byEitherId = statement('SELECT uuid FROM owners WHERE id::text = $1 OR uuid::text = $1');
const anyNote = statement('SELECT uuid FROM notes WHERE uuid::text = $1');
const misspelt = statement('SELECT nothing FROM owners');

/** Every route of it makes a mistake that no schema prevents. */
@Controller('leaks')
export class LeakyController {
  readonly #logger = new Logger('Leaks');
  #isPrinted = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  @Get('detail')
  @ReturnsSchema(found)
  async detail() {
    throw problem('conflict', { detail: `Owner ${(await this.#first()).id} is busy.` });
  }

  @Get('sql')
  @ReturnsSchema(found)
  sql(): object {
    throw keepMessage(
      new BadRequestException('Cannot run SELECT uuid FROM owners WHERE name = $1'),
    );
  }

  @Get('wording')
  @ReturnsSchema(found)
  async wording(): Promise<object> {
    return this.dataSource.query(`SELECT 'x'::uuid`).catch((error: Error) => {
      throw keepMessage(new BadRequestException(error.message));
    }) as Promise<object>;
  }

  @Get('constraint')
  @ReturnsSchema(found)
  constraint(): object {
    throw keepMessage(new ConflictException('notes_owner_id_fk'));
  }

  @Get('column')
  @ReturnsSchema(found)
  column(): object {
    throw keepMessage(new BadRequestException('owner_id is missing'));
  }

  @Get('stack')
  @ReturnsSchema(found)
  stack(): object {
    throw keepMessage(new BadRequestException(new Error('boom').stack));
  }

  @Get('headers')
  @Unshaped('a page of its own')
  @Header('X-Owner-Id', '42')
  @Header('Link', '</owners/42>; rel="next"')
  @Header('Content-Location', '/owners?ownerId=42')
  @Header('Set-Cookie', 'ownerId=42; Path=/')
  headers(): object {
    return { uuid: '42', owner: { ownerUuid: 42 }, none: { uuid: null } };
  }

  @Get('log')
  @ReturnsSchema(found)
  async log() {
    const { id, uuid } = await this.#first();
    this.#logger.warn(`read owner 1${id}`);
    return { uuid };
  }

  @Get('console')
  @ReturnsSchema(found)
  async console() {
    const { id, uuid } = await this.#first();
    // Once is enough to be caught.
    // oxlint-disable-next-line no-console -- what is printed by hand has to be caught as well
    if (!this.#isPrinted) console.info({ owner: Buffer.from(`1${id}`).toString('hex') });
    this.#isPrinted = true;
    return { uuid };
  }

  @Get('owners/:owner')
  @ReturnsSchema(found)
  path(@PlainParam('owner') owner: string) {
    return this.#find(byEitherId, owner);
  }

  @Get('search')
  @ReturnsSchema(page)
  async search(@Query('owner') owner?: string) {
    const rows = await this.database.rows(byEitherId, [owner ?? '']);
    return { items: rows.map(([uuid]) => ({ uuid })), nextCursor: null };
  }

  @Post('pick')
  @HttpCode(200)
  @ReturnsSchema(found)
  pick(@Body() { owner }: PickOwner) {
    return this.#find(byEitherId, owner ?? '');
  }

  @Get(':owner/notes/:note')
  @ReturnsSchema(found)
  child(@PlainParam('note') note: string, @PlainParam('owner') _owner: string) {
    return this.#find(anyNote, note);
  }

  async #find(sql: typeof anyNote, value: string): Promise<object> {
    const [row] = await this.database.rows(sql, [value]);
    if (row) return { uuid: row[0] };
    throw problem('not_found');
  }

  async #first() {
    const [row] = await this.database.rows(firstOwner);
    if (!row) throw problem('not_found');
    return { id: String(row[0]), uuid: row[1] };
  }
}

/** Every route of it makes a mistake that the library corrects. */
@Controller('careless')
export class CarelessController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  /** The whole row is returned; the view's schema lets only the view through. */
  @Get('entity')
  @Returns(OwnerView)
  async entity(): Promise<object> {
    const [owner] = await this.dataSource.getRepository(Owner).find({ take: 1 });
    if (!owner) throw problem('not_found');
    return { ...owner };
  }

  /** A text bypasses the schema, and is stopped. */
  @Get('text')
  @ReturnsSchema(found)
  async text(): Promise<unknown> {
    const [row] = await this.database.rows(firstOwner);
    return `owner ${String(row?.[0])}`;
  }

  /** A wrong statement; neither the client nor the log gets the details. */
  @Get('statement')
  @ReturnsSchema(found)
  async statement(): Promise<object> {
    return this.database.rows(misspelt);
  }

  /** An error of the program says more than a client may know; the log may contain it. */
  @Get('program')
  @ReturnsSchema(found)
  program(): object {
    throw new Error('cannot read /home/owner/settings.json');
  }

  @Get('query')
  @ReturnsSchema(found)
  async query(): Promise<object> {
    return this.dataSource.query('SELECT nothing FROM owners') as Promise<object>;
  }
}
