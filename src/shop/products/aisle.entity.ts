import { ReferenceEntity, ReferenceId } from 'nest-dual-id';
import { Column } from 'typeorm';

/** An aisle of the shop, such as fresh herbs. */
@ReferenceId({ table: 'aisles' })
export class Aisle extends ReferenceEntity {
  @Column('text')
  name!: string;

  /** The number of its products on sale; maintained by triggers. */
  @Column({ type: 'integer', default: 0 })
  productCount!: number;
}
