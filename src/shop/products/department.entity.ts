import { ReferenceEntity, ReferenceId } from 'nest-dual-id';
import { Column } from 'typeorm';

/** A department of the shop, such as bakery or frozen. */
@ReferenceId({ table: 'departments' })
export class Department extends ReferenceEntity {
  @Column('text')
  name!: string;

  /** The number of its products on sale; maintained by triggers. */
  @Column({ type: 'integer', default: 0 })
  productCount!: number;
}
