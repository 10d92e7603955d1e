import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsString } from 'class-validator';
import type { DualIdRepository, Page, PageRequest, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  dualIdDataSource,
  DualIdFastifyAdapter,
  DualIdModule,
  InjectDualId,
  installDualId,
  PageOf,
  Returns,
  ReturnsPage,
} from 'nest-dual-id';
import { Invoice, InvoicesController, InvoiceView } from './invoice.js';

export class CreateInvoice {
  @IsString() number!: string;
}

@Controller('invoices')
export class InvoiceDeskController {
  constructor(@InjectDualId(Invoice) private readonly invoices: DualIdRepository<Invoice>) {}

  @Get()
  @ReturnsPage(InvoiceView)
  list(@PageOf(InvoiceView) page: PageRequest): Promise<Page<InvoiceView>> {
    return this.invoices.page(InvoiceView, page);
  }

  @Post()
  @Returns(InvoiceView, { location: '/invoices/:uuid' })
  create(@Body() input: CreateInvoice): Promise<InvoiceView> {
    return this.invoices.create(InvoiceView, input);
  }
}

export async function migrate(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE invoices (number text NOT NULL)');
  await addDualId(runner, { table: 'invoices', type: { id: 40, name: 'invoice' } });
}

export async function createInvoices(url: string): Promise<NestFastifyApplication> {
  const AppModule = invoicesModule(url);
  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}

export function invoicesModule(url: string) {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [Invoice] })),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([Invoice]),
    ],
    controllers: [InvoicesController, InvoiceDeskController],
  })
  class AppModule {}

  return AppModule;
}
