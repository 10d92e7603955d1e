import { Controller, Get } from '@nestjs/common';
import { Bind, DualId, DualIdEntity, Field, Returns, View } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { Column } from 'typeorm';

@DualId({ table: 'invoices', type: 40 })
export class Invoice extends DualIdEntity {
  @Column('text') number!: string;
}

@View(Invoice, { sort: ['number'] })
export class InvoiceView {
  @Field() uuid!: PublicId<Invoice>;
  @Field() number!: string;
}

@Controller('invoices')
export class InvoicesController {
  @Get(':invoiceUuid')
  @Returns(InvoiceView)
  get(@Bind('invoiceUuid', InvoiceView) invoice: InvoiceView): InvoiceView {
    return invoice;
  }
}
