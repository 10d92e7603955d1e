import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column } from 'typeorm';
import { Address } from '../address/address.js';

@DualId({ table: 'organisations', type: 1, named: ['name'] })
export class Organisation extends DualIdEntity {
  @Column('text') name: string;
  @Column(() => Address) address: Address;
}
