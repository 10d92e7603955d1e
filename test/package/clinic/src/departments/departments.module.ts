import { Module } from '@nestjs/common';
import { DualIdModule } from 'nest-dual-id';
import { Department } from './department.entity.js';
import { DepartmentsController } from './departments.controller.js';

@Module({
  imports: [DualIdModule.forFeature([Department])],
  controllers: [DepartmentsController],
})
export class DepartmentsModule {}
