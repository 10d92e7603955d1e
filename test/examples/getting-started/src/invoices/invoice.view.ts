import { Field, View } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { Invoice } from './invoice.entity.js';

@View(Invoice, { sort: ['number'] })
export class InvoiceView {
  @Field() uuid!: PublicId<Invoice>;
  @Field() number!: string;
}
