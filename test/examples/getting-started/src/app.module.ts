import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DualIdModule } from 'nest-dual-id';
import { dataSourceOptions } from './data-source.js';
import { Invoice } from './invoices/invoice.entity.js';
import { InvoicesController } from './invoices/invoices.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => dataSourceOptions(process.env.DATABASE_URL ?? ''),
    }),
    DualIdModule.forRoot(),
    DualIdModule.forFeature([Invoice]),
  ],
  controllers: [InvoicesController],
})
export class AppModule {}
