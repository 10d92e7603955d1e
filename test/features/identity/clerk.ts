import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column } from 'typeorm';

/** A principal of an application that maps none of its rights. */
@DualId({ table: 'employees', type: 30 })
export class Clerk extends DualIdEntity {
  @Column('text') name!: string;
}
