import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { DoctorSpecialitiesController } from './doctor-specialities.controller.js';
import { Doctor } from './doctor.entity.js';
import { DoctorsController } from './doctors.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Doctor])],
  controllers: [DoctorsController, DoctorSpecialitiesController],
})
export class DoctorsModule {}
