import { DualId, DualIdEntity, ReferenceEntity, ReferenceId } from 'nest-dual-id';
import {
  ChildEntity,
  Column,
  Entity,
  ForeignKey,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeParent,
  ViewColumn,
  ViewEntity,
} from 'typeorm';

@ReferenceId({ table: 'towns' })
export class Town extends ReferenceEntity {}

export class Postal {
  @ManyToOne(() => Town)
  @JoinColumn()
  town!: Town | null;

  @Column('text')
  street!: string;
}

/** A custom table, without `@DualId`. */
@Entity('counters')
export class Counter {
  @PrimaryGeneratedColumn()
  id!: number;

  @PrimaryGeneratedColumn('uuid')
  token!: string;

  @Column('text')
  label!: string;
}

/** A key that is not named like one. */
@Entity('tickets')
export class Ticket {
  @PrimaryGeneratedColumn() ticket!: number;
}

/** Its key is a word that people use. */
@Entity('currencies')
export class Currency {
  @PrimaryColumn('text') code!: string;
}

/** Its key is a word that people use, and names a row of another table. */
@Entity('tariffs')
export class Tariff {
  @PrimaryColumn('text') @ForeignKey(() => Currency) code!: string;
  @Column('integer', { unique: true }) row!: number;
}

/** Its key belongs to another table, and is a number. */
@Entity('riders')
export class Rider {
  @PrimaryColumn('integer') @ForeignKey(() => Ticket) rider!: number;
}

/** Its second key column is a number of the application, not an id. */
@Entity('lines')
export class Line {
  @PrimaryColumn('bigint')
  @ForeignKey(() => Oddity)
  sheet!: string;

  @PrimaryColumn('integer')
  line!: number;
}

/** Everything a view has to refuse. */
@DualId({ table: 'oddities', type: 990 })
export class Oddity extends DualIdEntity {
  @Column('text') name!: string;
  @Column({ type: 'text', select: false }) secret!: string;
  @Column('bytea') bytes!: Buffer;
  @Column('tsvector') words!: string;
  @Column('simple-json') packed!: object;
  @Column('simple-array') list!: string[];
  @Column('jsonb') settings!: object;
  @Column({ type: 'text', transformer: { to: String, from: String } }) masked!: unknown;
  @Column({ type: 'bigint', name: 'owner_ref' }) ownerId!: string;
  @Column({ type: 'integer', name: 'keeper_id' }) keeper!: number;
  @Column('integer') @ForeignKey(() => Ticket) ticket!: number;
  @Column(() => Postal) postal!: Postal;
  @ManyToOne(() => Oddity) @JoinColumn() parent!: Oddity | null;
  @ManyToOne(() => Town) @JoinColumn() town!: Town | null;
  @Column({ type: 'bigint', name: 'boss_ref' }) bossRef!: string;
  @ManyToOne(() => Oddity, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'boss_ref' })
  boss!: Oddity | null;
  @Column({ type: 'text', name: 'currency_code' }) currencyCode!: string;
  @ManyToOne(() => Currency) @JoinColumn({ name: 'currency_code' }) currency!: Currency | null;
  @Column('text') @ForeignKey(() => Tariff) tariff!: string;
  @Column({ type: 'integer', name: 'tariff_row' }) tariffRow!: number;
  @ManyToOne(() => Tariff)
  @JoinColumn({ name: 'tariff_row', referencedColumnName: 'row' })
  priced!: Tariff | null;
  @Column({ type: 'uuid', name: 'beast' }) beastUuid!: string;
  @ManyToOne(() => Animal) @JoinColumn({ name: 'beast' }) beast!: Animal | null;
  @Column('integer') @ForeignKey(() => Rider) rider!: number;
  @Column({ type: 'integer', name: 'town_number' }) townNumber!: number;
  @ManyToOne(() => Town) @JoinColumn({ name: 'town_number' }) home!: Town | null;
  @OneToMany(() => Oddity, (oddity) => oddity.parent) children!: Oddity[];
}

@Entity('animals')
@TableInheritance({ column: { name: 'kind', type: 'varchar' } })
export class Animal {
  @PrimaryColumn('uuid') uuid!: string;
}

@ChildEntity()
export class Cat extends Animal {
  @Column('text', { nullable: true }) purr!: string;
}

@Entity('nodes')
@Tree('closure-table')
export class Node {
  @PrimaryColumn('uuid') uuid!: string;
  @TreeParent() parent!: Node;
}

@ViewEntity({ expression: 'SELECT 1 AS one' })
export class Outlook {
  @ViewColumn() one!: number;
}

/** Mapped, but not among the entities of the data source. */
@DualId({ table: 'strangers' })
export class Stranger extends DualIdEntity {}

export const oddEntities = [
  Town,
  Counter,
  Ticket,
  Currency,
  Tariff,
  Rider,
  Line,
  Oddity,
  Animal,
  Cat,
  Node,
  Outlook,
];
