import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  addDualId,
  addGuidId,
  addReferenceId,
  DualId,
  DualIdEntity,
  DualIdFastifyAdapter,
  dualIdDataSource,
  Field,
  GuidEntity,
  GuidId,
  installDualId,
  ReferenceEntity,
  ReferenceId,
  View,
} from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Column, DataSource, DeleteDateColumn, Index, JoinColumn, ManyToOne } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';
import { moduleOf } from '../../support/api.js';

@ReferenceId({ table: 'wards' })
export class Ward extends ReferenceEntity {
  @Column('text')
  name!: string;
}

@DualId({ table: 'patients', type: 400, startWith: 1000, named: ['name'] })
@Index('patients_ward_id_ix', ['ward'])
export class Patient extends DualIdEntity {
  @Column('text')
  name!: string;

  @Column({ type: 'bigint', nullable: true })
  weight!: string | null;

  @ManyToOne(() => Ward)
  @JoinColumn()
  ward!: Ward | null;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

@GuidId({ table: 'nurses', type: 401, named: ['name'] })
export class Nurse extends GuidEntity {
  @Column('text')
  name!: string;
}

@View(Patient, { sort: ['name'] })
export class PatientView {
  @Field() uuid!: PublicId<Patient>;
  @Field() name!: string;
  @Field() weight!: string | null;
}

const entities = [Ward, Patient, Nurse];

/** A consumer of the library whose tables are as they should be. */
export interface Clinic {
  readonly dataSource: DataSource;
  /** The address of the owner of the tables. */
  readonly url: string;
  /** Runs SQL as the owner of the tables. */
  sql(text: string): Promise<unknown>;
  /** Runs SQL as a damaged restore or a superuser could, but the owner could not. */
  asSuperuser(text: string): Promise<unknown>;
  /** The application with these controllers, without listening. */
  app(...controllers: (new () => object)[]): () => Promise<NestFastifyApplication>;
  /** Drops everything and creates the tables again. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the clinic on its own database. */
export async function openClinic(): Promise<Clinic> {
  const database: TestDatabase = await emptyDatabase();
  const url = urlAs('owner', database.url);
  const dataSource = await new DataSource(dualIdDataSource({ url, entities })).initialize();
  const sql = (text: string) => dataSource.query(text);
  return {
    dataSource,
    url,
    sql,
    asSuperuser: (text) => runSql(database.url, text),
    app:
      (...controllers) =>
      () =>
        NestFactory.create<NestFastifyApplication>(
          moduleOf({ url, entities, controllers }),
          new DualIdFastifyAdapter(),
          { logger: false, abortOnError: false },
        ),
    renew: async () => {
      await sql('DROP SCHEMA IF EXISTS dual_id CASCADE');
      await sql('DROP SCHEMA public CASCADE');
      await sql('CREATE SCHEMA public');
      await dataSource.transaction(({ queryRunner }) => makeTables(queryRunner!));
    },
    stop: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

async function makeTables(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE wards (name text NOT NULL)');
  await addReferenceId(runner, { table: 'wards' });
  await runner.query(`CREATE TABLE patients (name text NOT NULL, weight bigint, ward_id integer,
    deleted_at timestamptz,
    CONSTRAINT patients_ward_id_fk FOREIGN KEY (ward_id) REFERENCES wards (id))`);
  await addDualId(runner, {
    table: 'patients',
    type: { id: 400, name: 'patient' },
    startWith: 1000,
    namedBy: ['name'],
    deletedAt: 'deleted_at',
  });
  await runner.query('CREATE INDEX patients_ward_id_ix ON patients (ward_id)');
  await runner.query('CREATE TABLE nurses (name text NOT NULL)');
  await addGuidId(runner, { table: 'nurses', type: { id: 401, name: 'nurse' }, namedBy: ['name'] });
}
