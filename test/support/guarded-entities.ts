import {
  addDualId,
  addGuidId,
  addReferenceId,
  DualId,
  DualIdEntity,
  GuidEntity,
  GuidId,
  ReferenceEntity,
  ReferenceId,
} from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { Column, DeleteDateColumn, JoinColumn, ManyToOne } from 'typeorm';

/** Its only key is a UUID. */
@GuidId({ table: 'roles', type: 200, named: ['name'] })
export class Role extends GuidEntity {
  @Column('text')
  name!: string;
}

/** Lookup data. */
@ReferenceId({ table: 'countries' })
export class Country extends ReferenceEntity {
  @Column('text')
  name!: string;
}

/** Its ids are in columns with other names. */
@DualId({
  table: 'customers',
  type: 201,
  startWith: 1000,
  columns: { id: 'user_id', uuid: 'external_user_id' },
  named: ['firstName', 'lastName'],
})
export class Customer extends DualIdEntity {
  @Column('text')
  firstName!: string;

  @Column({ type: 'text', nullable: true })
  lastName!: string | null;

  @Column('integer', { default: 0 })
  visits!: number;

  @ManyToOne(() => Country)
  @JoinColumn()
  country!: Country | null;
}

/** It is in its own schema. */
@DualId({ schema: 'billing', table: 'invoices', type: 202 })
export class Invoice extends DualIdEntity {
  @Column('text')
  number!: string;

  @ManyToOne(() => Customer)
  @JoinColumn()
  customer!: Customer | null;
}

/** It is soft-deleted. */
@DualId({ table: 'documents', type: 203, named: ['title'] })
export class Document extends DualIdEntity {
  @Column('text')
  title!: string;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** Its public ids contain the time. */
@DualId({ table: 'readings', type: 204, uuidVersion: 7 })
export class Reading extends DualIdEntity {
  @Column('integer')
  value!: number;
}

/** It has both ids but no passport. */
@DualId({ table: 'notes' })
export class Note extends DualIdEntity {
  @Column('text')
  text!: string;
}

export const guardedEntities = [Role, Country, Customer, Invoice, Document, Reading, Note];

/** The tables as migrations write them down. */
export const tables = {
  roles: { table: 'roles', type: { id: 200, name: 'role' }, namedBy: ['name'] },
  countries: { table: 'countries' },
  customers: {
    table: 'customers',
    type: { id: 201, name: 'customer' },
    startWith: 1000,
    columns: { id: 'user_id', uuid: 'external_user_id' },
    namedBy: ['first_name', 'last_name'],
  },
  invoices: { schema: 'billing', table: 'invoices', type: { id: 202, name: 'invoice' } },
  documents: {
    table: 'documents',
    type: { id: 203, name: 'document' },
    namedBy: ['title'],
    deletedAt: 'deleted_at',
  },
  readings: { table: 'readings', type: { id: 204, name: 'reading' } },
  notes: { table: 'notes' },
};

/** Makes the tables of all guarded entities. */
export async function createGuardedTables(runner: SchemaRunner): Promise<void> {
  await runner.query('CREATE TABLE roles (name text NOT NULL)');
  await addGuidId(runner, tables.roles);
  await runner.query('CREATE TABLE countries (name text NOT NULL)');
  await addReferenceId(runner, tables.countries);
  await runner.query(`CREATE TABLE customers (first_name text NOT NULL, last_name text,
    visits integer NOT NULL DEFAULT 0, country_id integer,
    CONSTRAINT customers_country_id_fk FOREIGN KEY (country_id) REFERENCES countries (id))`);
  await addDualId(runner, tables.customers);
  await runner.query('CREATE SCHEMA billing');
  await runner.query(`CREATE TABLE billing.invoices (number text NOT NULL, customer_id bigint,
    CONSTRAINT invoices_customer_id_fk FOREIGN KEY (customer_id) REFERENCES customers (user_id))`);
  await addDualId(runner, tables.invoices);
  await runner.query('CREATE TABLE documents (title text NOT NULL, deleted_at timestamptz)');
  await addDualId(runner, tables.documents);
  await runner.query('CREATE TABLE readings (value integer NOT NULL)');
  await addDualId(runner, tables.readings);
  await runner.query('CREATE TABLE notes (text text NOT NULL)');
  await addDualId(runner, tables.notes);
}
