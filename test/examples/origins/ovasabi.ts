import { Body, Controller, Get, Inject, Patch, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { DualIdRepository, PublicId, SchemaRunner, Versions } from 'nest-dual-id';
import {
  addDualId,
  addMasterLink,
  addRecordType,
  Bind,
  Database,
  DualId,
  DualIdEntity,
  Field,
  IfMatch,
  InjectDualId,
  installDualId,
  MasterLink,
  Passport,
  PublicIdParam,
  Returns,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import { RegistryRecords } from 'nest-dual-id/registry';
import { Column } from 'typeorm';

@DualId({ table: 'campaigns' })
export class Campaign extends DualIdEntity {
  @MasterLink() masterUuid!: PublicId<Passport>;
  @Column('text') goal!: string;
}

@View(Campaign)
export class CampaignView {
  @Field() uuid!: PublicId<Campaign>;
  @Field() masterUuid!: PublicId<Passport>;
  @Field() goal!: string;
}

export class StartCampaign {
  @IsString() name!: string;
  @IsString() goal!: string;
}

/** The master record and the row of the service commit or vanish together. */
@Controller('campaigns')
export class CampaignsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RegistryRecords) private readonly records: RegistryRecords,
    @InjectDualId(Campaign) private readonly campaigns: DualIdRepository<Campaign>,
  ) {}

  @Post()
  @Returns(CampaignView, { location: '/campaigns/:uuid' })
  start(@Body() { name, goal }: StartCampaign): Promise<CampaignView> {
    return this.database.transaction(async () => {
      const { uuid } = await this.records.create({ type: 'campaign', name });
      return this.campaigns.create(CampaignView, { masterUuid: uuid, goal });
    });
  }

  @Get(':campaignUuid')
  @Returns(CampaignView)
  get(@Bind('campaignUuid', CampaignView) campaign: CampaignView): CampaignView {
    return campaign;
  }
}

export class DescribeMaster {
  @IsOptional() @IsString() description?: string | null;
}

/** The response contains what it names: the record's internal id is not part of it. */
@Controller('masters')
export class MastersController {
  constructor(@Inject(RegistryRecords) private readonly records: RegistryRecords) {}

  @Patch(':masterUuid')
  @ReturnsSchema({
    type: 'object',
    properties: {
      uuid: { type: 'string', format: 'uuid' },
      name: { type: ['string', 'null'] },
      description: { type: ['string', 'null'] },
      version: { type: 'integer' },
    },
    required: ['uuid', 'name', 'description', 'version'],
    additionalProperties: false,
  })
  describe(
    @PublicIdParam('masterUuid', Passport) uuid: PublicId<Passport>,
    @Body() changes: DescribeMaster,
    @IfMatch() versions?: Versions,
  ) {
    return this.records.update(uuid, changes, versions);
  }
}

export async function migrateCampaigns(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await addRecordType(runner, {
    id: 70,
    name: 'campaign',
    uniqueNames: true,
    deletePolicy: 'restrict',
  });
  await runner.query('CREATE TABLE campaigns (goal text NOT NULL)');
  await addDualId(runner, { table: 'campaigns' });
  await addMasterLink(runner, { table: 'campaigns' });
}
