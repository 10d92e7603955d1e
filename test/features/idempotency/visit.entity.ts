import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A row of the application that has nothing to do with dual ids. */
@Entity('visits')
export class Visit {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column('text')
  name!: string;
}
