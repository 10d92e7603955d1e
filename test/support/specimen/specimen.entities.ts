import { DualId, DualIdEntity } from 'nest-dual-id';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

/** Kept in the database as cents, shown as a decimal text. */
export const cents = {
  to: (value: string | null) => value && Math.round(Number(value) * 100),
  from: (value: number | null) => (value === null ? null : (value / 100).toFixed(2)),
};

export class Measure {
  @Column({ type: 'real', nullable: true })
  width!: number | null;
}

@DualId({ table: 'cabinets' })
export class Cabinet extends DualIdEntity {
  @Column('text')
  name!: string;
}

/** One column of every type a view can read; all of them may be null. */
@DualId({ table: 'specimens' })
export class Specimen extends DualIdEntity {
  @ManyToOne(() => Cabinet, { nullable: false })
  @JoinColumn()
  cabinet!: Cabinet;

  @Column({ type: 'smallint', nullable: true }) small!: number | null;
  @Column({ type: 'integer', nullable: true, comment: 'How many.' }) whole!: number | null;
  @Column({ type: 'bigint', nullable: true }) count!: string | null;
  @Column({ type: 'numeric', nullable: true }) amount!: string | null;
  @Column({ type: 'real', nullable: true }) ratio!: number | null;
  @Column({ type: 'float8', nullable: true }) precise!: number | null;
  @Column({ type: 'boolean', nullable: true }) flag!: boolean | null;
  @Column({ type: 'text', nullable: true }) note!: string | null;
  @Column({ type: 'varchar', length: 20, nullable: true }) code!: string | null;
  @Column({ type: 'char', length: 3, nullable: true }) letters!: string | null;
  @Column({ type: 'citext', nullable: true }) nick!: string | null;
  @Column({ type: 'uuid', nullable: true }) ticket!: string | null;
  @Column({ type: 'timestamptz', nullable: true }) seenAt!: Date | null;
  @Column({ type: 'timestamp', nullable: true }) localAt!: Date | null;
  @Column({ type: 'date', nullable: true }) seenOn!: string | null;
  @Column({ type: 'time', nullable: true }) opens!: string | null;
  @Column({ type: 'timetz', nullable: true }) closes!: string | null;
  @Column({ type: 'interval', nullable: true }) span!: string | null;
  @Column({ type: 'inet', nullable: true }) host!: string | null;
  @Column({ type: 'cidr', nullable: true }) net!: string | null;
  @Column({ type: 'enum', enum: ['raw', 'cut'], enumName: 'cut', nullable: true })
  cut!: string | null;
  @Column({ type: 'enum', enum: [1, 2], enumName: 'grade', nullable: true })
  grade!: number | null;
  @Column({ type: 'enum', enum: ['raw', 'cut'], enumName: 'cut', array: true, nullable: true })
  cuts!: string[] | null;
  @Column({ type: 'int8', array: true, nullable: true }) counts!: string[] | null;
  @Column({ type: 'numeric', array: true, nullable: true }) amounts!: string[] | null;
  @Column({ type: 'text', array: true, nullable: true }) words!: string[] | null;
  @Column({ type: 'citext', array: true, nullable: true }) nicks!: string[] | null;
  @Column({ type: 'boolean', array: true, nullable: true }) flags!: boolean[] | null;
  @Column({ type: 'timestamptz', array: true, nullable: true }) moments!: Date[] | null;
  @Column({ type: 'date', array: true, nullable: true }) days!: string[] | null;
  @Column({ type: 'jsonb', nullable: true }) settings!: object | null;
  @Column({ type: 'json', nullable: true }) raw!: object | null;
  @Column({ type: 'jsonb', array: true, nullable: true }) parts!: object[] | null;
  @Column({ type: 'integer', nullable: true, transformer: cents }) price!: string | null;
  @Column(() => Measure) size!: Measure;
}

@DualId({ table: 'labels' })
export class Label extends DualIdEntity {
  @ManyToOne(() => Specimen)
  @JoinColumn()
  specimen!: Specimen | null;
}

export const specimenEntities = [Cabinet, Specimen, Label];
