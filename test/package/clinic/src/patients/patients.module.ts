import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Patient } from './patient.entity.js';
import { PatientsController } from './patients.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Patient])],
  controllers: [PatientsController],
})
export class PatientsModule {}
