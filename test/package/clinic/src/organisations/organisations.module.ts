import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Organisation } from './organisation.entity.js';
import { OrganisationsController } from './organisations.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Organisation])],
  controllers: [OrganisationsController],
})
export class OrganisationsModule {}
