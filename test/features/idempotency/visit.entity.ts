import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A row of the application without dual ids. */
@Entity('visits')
export class Visit {
  @PrimaryGeneratedColumn({ type: 'bigint' })
  id!: string;

  @Column('text')
  name!: string;
}
