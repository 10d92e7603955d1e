import { Body, Controller, Get, Post } from '@nestjs/common';
import { Bind, InjectDualId, PageOf, Returns, ReturnsPage } from 'nest-dual-id';
import type { DualIdRepository, Page, PageRequest } from 'nest-dual-id';
import { CreateInvoice } from './create-invoice.js';
import { Invoice } from './invoice.entity.js';
import { InvoiceView } from './invoice.view.js';

@Controller('invoices')
export class InvoicesController {
  constructor(@InjectDualId(Invoice) private readonly invoices: DualIdRepository<Invoice>) {}

  @Get(':invoiceUuid')
  @Returns(InvoiceView)
  get(@Bind('invoiceUuid', InvoiceView) invoice: InvoiceView): InvoiceView {
    return invoice;
  }

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
