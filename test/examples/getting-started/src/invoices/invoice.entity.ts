import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column } from 'typeorm';

@DualId({ table: 'invoices', type: 40 })
export class Invoice extends DualIdEntity {
  @Column('text') number!: string;
}
