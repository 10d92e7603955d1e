import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column } from 'typeorm';

/** What a doctor knows best. */
@DualId({ table: 'specialities', type: 3, named: ['name'] })
export class Speciality extends DualIdEntity {
  @Column({ type: 'text', unique: true }) name: string;
}
