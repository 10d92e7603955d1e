import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { PatientDocument } from './document.entity.js';
import { DocumentsController } from './documents.controller.js';

@Module({
  imports: [
    DualIdModule.forFeature([PatientDocument]),
    TypeOrmModule.forFeature([PatientDocument]),
  ],
  controllers: [DocumentsController],
})
export class DocumentsModule {}
