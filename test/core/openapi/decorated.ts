import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiExcludeEndpoint,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max } from 'class-validator';
import type { PublicId } from 'nest-dual-id';
import {
  Accepts,
  Bind,
  Field,
  ObjectOf,
  Returns,
  ReturnsNothing,
  ReturnsSchema,
  Unshaped,
  View,
} from 'nest-dual-id';
import { Author, Book } from '../../support/library/library.entities.js';

const uuid = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';

@View(Author, { name: 'WriterView' })
export class WriterView {
  @ApiProperty({ description: 'Never changes.', example: uuid }) @Field() uuid!: string;
  @ApiProperty({ description: 'As on the cover.', example: 'Ada', deprecated: true })
  @Field()
  name!: string;
}

@View(Book, { name: 'WorkView' })
export class WorkView {
  @Field() uuid!: PublicId<Book>;
  @ApiProperty({ type: Number, minimum: 7, required: false }) @Field() title!: string;
  @ApiProperty({ description: 'Who wrote it.' })
  @Field(() => WriterView)
  author!: WriterView;
  @ApiProperty({ description: 'Who edited it.' })
  @Field(() => WriterView)
  editor!: WriterView | null;
}

class Sender {
  @ApiProperty({ example: 'Berlin' }) @IsString() city!: string;
}

class NewWork {
  @ApiProperty({ description: 'The title.', examples: ['Notes'], type: Number })
  @IsString()
  title!: string;
  @ApiPropertyOptional({ description: 'From where.' }) @ObjectOf(() => Sender) sender!: Sender;
}

class FindWorks {
  @ApiProperty({ description: 'How many.', example: 5 })
  @IsInt()
  @Max(10)
  @IsOptional()
  count?: number;
}

class Upload {
  @ApiProperty({ type: 'string', format: 'binary' }) file!: unknown;
}

const done = { type: 'object', properties: { done: { const: true } } } as const;

@ApiTags('Works')
@ApiBearerAuth()
@Controller('works')
export class WorksController {
  @Get()
  @ApiOperation({ summary: 'Finds works', deprecated: true, operationId: 'findWorks' })
  @ApiHeader({ name: 'X-Tenant', description: 'Whose works.', required: true })
  @ApiQuery({ name: 'near', description: 'Near which town.', example: 'Paris', required: false })
  @ReturnsSchema(done)
  find(@Query() _query: FindWorks, @Query('near') _near?: string) {
    return { done: true };
  }

  @Get(':workUuid')
  @ApiParam({ name: 'workUuid', description: 'Of the work.', example: uuid, type: Number })
  @ApiHeader({ name: 'if-none-match', description: 'What is known.' })
  @ApiResponse({
    status: 200,
    description: 'The work.',
    type: Upload,
    headers: { 'X-Left': { description: 'Calls left.', schema: { type: 'integer' } } },
  })
  @ApiNotFoundResponse({ description: 'No such work.', type: Upload })
  @ApiResponse({ status: 402, description: 'Pay first.' })
  @Returns(WorkView)
  get(@Bind('workUuid', WorkView) work: WorkView): WorkView {
    return work;
  }

  @Post()
  @ApiBody({ description: 'The new work.', type: Upload })
  @ApiSecurity('key')
  @ReturnsSchema(done)
  create(@Body() _input: NewWork) {
    return { done: true };
  }

  @Post('files')
  @Accepts('multipart/form-data')
  @ApiConsumes('multipart/form-data')
  @ApiBody({ type: Upload })
  @ReturnsNothing()
  upload() {}

  @Get('text')
  @Unshaped('a text for people')
  @ApiResponse({ status: 200, description: 'Text.', content: { 'text/plain': {} } })
  text() {
    return 'text';
  }

  @Patch('hidden')
  @ApiExcludeEndpoint()
  @ReturnsNothing()
  hidden() {}
}
