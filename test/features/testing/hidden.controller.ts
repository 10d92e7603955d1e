import { Controller, Get, Inject, Query } from '@nestjs/common';
import { IsIn, Matches } from 'class-validator';
import type { JsonSchema, Page, PageRequest } from 'nest-dual-id';
import {
  Bind,
  Database,
  type DualIdRepository,
  InjectDualId,
  PageOf,
  PlainParam,
  problem,
  Returns,
  ReturnsPage,
  ReturnsSchema,
  statement,
} from 'nest-dual-id';
import { Note, NoteView, OwnerView } from './notebook.js';

const found: JsonSchema = {
  type: 'object',
  properties: { uuid: { type: 'string', format: 'uuid' } },
  required: ['uuid'],
  additionalProperties: false,
};

class YearQuery {
  @IsIn(['2025', '2026'])
  year!: string;
}

class QuarterQuery extends YearQuery {
  @Matches(/^Q[1-4]-closed$/)
  quarter!: string;
}

const byEitherId = statement('SELECT uuid FROM owners WHERE id::text = $1 OR uuid::text = $1');
const ofReport = { within: { reportUuid: 'owner' } };

/** Routes that no list shows and that need a query; one takes a number for an id. */
@Controller()
export class HiddenController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @InjectDualId(Note) private readonly notes: DualIdRepository<Note>,
  ) {}

  @Get('years')
  @ReturnsSchema(found)
  async year(@Query() _query: YearQuery) {
    const [row] = await this.database.rows(statement('SELECT uuid FROM owners LIMIT 1'));
    if (!row) throw problem('not_found');
    return { uuid: row[0] };
  }

  @Get('reports/:reportUuid')
  @Returns(OwnerView)
  report(@Bind('reportUuid', OwnerView) owner: OwnerView): OwnerView {
    return owner;
  }

  @Get('reports/:reportUuid/lines')
  @ReturnsPage(NoteView)
  lines(@PageOf(NoteView, ofReport) page: PageRequest): Promise<Page<NoteView>> {
    return this.notes.page(NoteView, page);
  }

  @Get('ledgers/:ledger')
  @ReturnsSchema(found)
  async ledger(@PlainParam('ledger') ledger: string, @Query() _query: QuarterQuery) {
    const [row] = await this.database.rows(byEitherId, [ledger]);
    if (!row) throw problem('not_found');
    return { uuid: row[0] };
  }
}
