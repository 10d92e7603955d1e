import { Body, Controller, Get, Module, Post, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiNotFoundResponse, ApiProperty, DocumentBuilder } from '@nestjs/swagger';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsDateString, IsString, MaxLength } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  Bind,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdFastifyAdapter,
  DualIdModule,
  Field,
  InjectDualId,
  installDualId,
  openApiOf,
  PageOf,
  Returns,
  ReturnsPage,
  ReturnsSchema,
  View,
  WithoutEnvelope,
} from 'nest-dual-id';
import { Column, VersionColumn } from 'typeorm';

@DualId({ table: 'visits', type: 43 })
export class Visit extends DualIdEntity {
  @Column('text') guest!: string;
  @Column('date') day!: string;
  @VersionColumn({ default: 1 }) version!: number;
}

@View(Visit, { sort: ['day'] })
export class VisitView {
  @Field() uuid!: PublicId<Visit>;
  @Field() guest!: string;
  @Field() day!: string;
}

export class PlanVisit {
  @ApiProperty({ description: 'Who comes.', example: 'Ada' })
  @IsString()
  @MaxLength(100)
  guest!: string;

  @IsDateString({ strict: true }) @MaxLength(10) day!: string;
}

@ApiBearerAuth()
@Controller('visits')
export class VisitsController {
  constructor(@InjectDualId(Visit) private readonly visits: DualIdRepository<Visit>) {}

  @Get()
  @ReturnsPage(VisitView)
  list(@PageOf(VisitView) page: PageRequest): Promise<Page<VisitView>> {
    return this.visits.page(VisitView, page);
  }

  @Get(':visitUuid')
  @Returns(VisitView)
  @ApiNotFoundResponse({ description: 'Nobody planned this visit.' })
  get(
    @Bind('visitUuid', VisitView) visit: VisitView,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): VisitView {
    void reply.header('Set-Cookie', `lastVisit=${visit.uuid}; Path=/; HttpOnly; SameSite=Lax`);
    return visit;
  }

  @Post()
  @Returns(VisitView, { location: '/visits/:uuid' })
  plan(@Body() input: PlanVisit): Promise<VisitView> {
    return this.visits.create(VisitView, input);
  }
}

@Controller('state')
export class StateController {
  @Get()
  @WithoutEnvelope()
  @ReturnsSchema({
    type: 'object',
    properties: { status: { const: 'ok' } },
    required: ['status'],
  })
  state() {
    return { status: 'ok' };
  }
}

export async function migrateVisits(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(`CREATE TABLE visits (
    guest text NOT NULL, day date NOT NULL, version integer NOT NULL DEFAULT 1)`);
  await addDualId(runner, { table: 'visits', type: { id: 43, name: 'visit' } });
}

export async function createVisits(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [Visit] })),
      DualIdModule.forRoot({
        envelope: {
          schema: {
            type: 'object',
            properties: {
              meta: {
                type: 'object',
                properties: { servedAt: { type: 'string', format: 'date-time' } },
                required: ['servedAt'],
              },
            },
            required: ['meta'],
          },
          from: () => ({ meta: { servedAt: new Date() } }),
        },
      }),
      DualIdModule.forFeature([Visit]),
    ],
    controllers: [VisitsController, StateController],
  })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
    abortOnError: false,
  });
}

export function describeVisits(app: NestFastifyApplication) {
  const head = new DocumentBuilder()
    .setTitle('Visits')
    .setVersion('1.0.0')
    .addServer('https://visits.example.org')
    .addBearerAuth()
    .build();
  return openApiOf(app, head);
}
