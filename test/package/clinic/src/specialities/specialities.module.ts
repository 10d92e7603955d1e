import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Speciality } from './speciality.entity.js';
import { SpecialitiesController } from './specialities.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Speciality])],
  controllers: [SpecialitiesController],
})
export class SpecialitiesModule {}
