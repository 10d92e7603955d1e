import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, Index, ManyToOne } from 'typeorm';
import { Organisation } from '../organisations/organisation.entity.js';

/** A part of an organisation, or of another department. */
@DualId({ table: 'departments', type: 2, named: ['name'] })
@Index(['organisation'])
@Index(['parent'])
export class Department extends DualIdEntity {
  @Column('text') name: string;

  @ManyToOne(() => Organisation, { nullable: false })
  organisation: Organisation;

  @ManyToOne(() => Department, { nullable: true })
  parent: Department | null;
}
