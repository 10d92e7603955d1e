import { Controller, Get, Module, Param, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DualIdFastifyAdapter, PublicIdGuard } from 'nest-dual-id';

@Controller('parcels')
@UseGuards(PublicIdGuard)
export class ParcelsController {
  @Get(':parcelUuid')
  track(@Param('parcelUuid') parcelUuid: string): { parcelUuid: string; state: string } {
    return { parcelUuid, state: 'on its way' };
  }
}

@Module({ controllers: [ParcelsController] })
class ParcelsModule {}

export function createParcels(): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(ParcelsModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}
