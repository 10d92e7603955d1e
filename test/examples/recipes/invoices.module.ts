import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { dataSourceOptions } from '../getting-started/src/data-source.js';
import { Invoice } from '../getting-started/src/invoices/invoice.entity.js';
import { InvoicesController } from '../getting-started/src/invoices/invoices.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => dataSourceOptions(process.env['DATABASE_URL'] ?? ''),
    }),
    DualIdModule.forFeature([Invoice]),
  ],
  controllers: [InvoicesController],
})
export class InvoicesModule {}
