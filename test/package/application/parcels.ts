import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString, MaxLength } from 'class-validator';
import type { DualIdRepository, InternalId, Page, PageRequest, PublicId } from 'nest-dual-id';
import {
  Bind,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdFastifyAdapter,
  DualIdModule,
  Field,
  InjectDualId,
  PageOf,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { RegistryModule } from 'nest-dual-id/registry';
import { Column, DeleteDateColumn } from 'typeorm';
import { CreateParcels1800000000000 } from './create-parcels.js';

/** What is sent. Its table is the one that version 1 of the schema was kept with. */
@DualId({ table: 'parcels', type: 70, named: ['label'] })
export class Parcel extends DualIdEntity {
  @Column('text') label!: string;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

@View(Parcel, { sort: ['label'] })
export class ParcelView {
  @Field() uuid!: PublicId<Parcel>;
  @Field() label!: string;
}

export class SendParcel {
  @IsString() @MaxLength(40) label!: string;
}

@Controller('parcels')
export class ParcelsController {
  constructor(@InjectDualId(Parcel) private readonly parcels: DualIdRepository<Parcel>) {}

  @Get(':parcelUuid')
  @Returns(ParcelView)
  get(@Bind('parcelUuid', ParcelView) parcel: ParcelView): ParcelView {
    return parcel;
  }

  @Get()
  @ReturnsPage(ParcelView)
  list(@PageOf(ParcelView) page: PageRequest): Promise<Page<ParcelView>> {
    return this.parcels.page(ParcelView, page);
  }

  @Post()
  @Returns(ParcelView, { location: '/parcels/:uuid' })
  send(@Body() input: SendParcel): Promise<ParcelView> {
    return this.parcels.create(ParcelView, input);
  }
}

export const dataSourceOptions = (url: string) =>
  dualIdDataSource({ url, entities: [Parcel], migrations: [CreateParcels1800000000000] });

export function createApp(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dataSourceOptions(url), retryAttempts: 0 }),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([Parcel]),
      RegistryModule,
    ],
    controllers: [ParcelsController],
  })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}

// The packed types keep the two ids apart.
export const inside: (parcel: Parcel) => InternalId<Parcel> = ({ id }) => id;
// @ts-expect-error An internal id is no public one.
export const mistaken: (parcel: Parcel) => PublicId<Parcel> = ({ id }) => id;
