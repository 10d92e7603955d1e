import { Column } from 'typeorm';

/** An address, in columns of the table of whoever lives there. */
export class Address {
  @Column('text') street: string;
  @Column('text') city: string;
  @Column('text') postalCode: string;
}
