import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column } from 'typeorm';

/** Who pays. The table is that of the program before this one, and keeps its names. */
@DualId({
  table: 'Insurers',
  type: 5,
  columns: { id: 'InsurerId' },
  named: ['companyName'],
})
export class Insurer extends DualIdEntity {
  @Column({ name: 'CompanyName', type: 'varchar', length: 200 })
  companyName: string;
}
