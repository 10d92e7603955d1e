import type { Passport, PublicId } from 'nest-dual-id';
import { addMasterLink, MasterLink } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A service with many rows, partitioned by month. */
@Entity('deliveries')
export class Delivery {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'deliveries_pk' })
  number!: string;

  @PrimaryColumn({ type: 'date', name: 'sent_on', primaryKeyConstraintName: 'deliveries_pk' })
  sentOn!: string;

  @MasterLink({ partitioned: true })
  masterUuid!: PublicId<Passport>;

  @Column('text', { nullable: true })
  note!: string | null;
}

/** The part of a migration that creates it. */
export async function createDeliveries(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE deliveries (
    number text NOT NULL, sent_on date NOT NULL, note text,
    CONSTRAINT deliveries_pk PRIMARY KEY (number, sent_on)) PARTITION BY RANGE (sent_on)`);
  for (const month of [1, 2]) {
    await runner.query(`CREATE TABLE deliveries_2026_0${month} PARTITION OF deliveries
      FOR VALUES FROM ('2026-0${month}-01') TO ('2026-0${month + 1}-01')`);
  }
  await addMasterLink(runner, { table: 'deliveries', partitioned: true });
  await runner.query(
    `CREATE TABLE visits (room text NOT NULL, note text) PARTITION BY HASH (room)`,
  );
  for (const rest of [0, 1, 2]) {
    await runner.query(`CREATE TABLE visits_${rest} PARTITION OF visits
      FOR VALUES WITH (MODULUS 3, REMAINDER ${rest})`);
  }
  await addMasterLink(runner, { table: 'visits', partitioned: true });
}
