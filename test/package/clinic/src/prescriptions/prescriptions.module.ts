import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Prescription } from './prescription.entity.js';
import { PrescriptionsController } from './prescriptions.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Prescription])],
  controllers: [PrescriptionsController],
})
export class PrescriptionsModule {}
