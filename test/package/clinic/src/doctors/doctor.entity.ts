import { DualId, DualIdEntity } from 'nest-dual-id';
import {
  Column,
  Index,
  JoinTable,
  ManyToMany,
  ManyToOne,
  VersionColumn,
} from 'typeorm';
import { Department } from '../departments/department.entity.js';
import { Speciality } from '../specialities/speciality.entity.js';

@DualId({ table: 'doctors', type: 4, named: ['name'] })
@Index(['department'])
export class Doctor extends DualIdEntity {
  @Column('text') name: string;

  @ManyToOne(() => Department, { nullable: false })
  department: Department;

  @ManyToMany(() => Speciality)
  @JoinTable({ name: 'doctor_specialities' })
  specialities: Speciality[];

  @VersionColumn({ default: 1 }) version: number;
}
