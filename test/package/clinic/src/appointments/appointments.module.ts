import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Appointment } from './appointment.entity.js';
import { AppointmentsController } from './appointments.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Appointment])],
  controllers: [AppointmentsController],
})
export class AppointmentsModule {}
