import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Insurer } from './insurer.entity.js';
import { InsurersController } from './insurers.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Insurer])],
  controllers: [InsurersController],
})
export class InsurersModule {}
