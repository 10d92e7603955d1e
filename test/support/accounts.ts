import { addDualId, DualId, DualIdEntity } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { Check, Column, Index, JoinColumn, ManyToOne, Unique } from 'typeorm';
import { Country, Customer } from './guarded-entities.js';

/** An entity with constraints of every kind, for errors that name its properties. */
@DualId({ table: 'accounts', type: 250 })
@Unique('accounts_handle_uq', ['handle'])
@Unique('accounts_customer_id_number_uq', ['customer', 'number'])
@Unique('accounts_country_id_uq', ['country'])
@Check('accounts_balance_ck', 'balance >= 0')
@Index('accounts_email_uq', { synchronize: false })
export class Account extends DualIdEntity {
  @Column('text')
  handle!: string;

  @Column('text')
  email!: string;

  @Column('smallint', { default: 0 })
  balance!: number;

  @Column('integer', { default: 1 })
  number!: number;

  @ManyToOne(() => Customer)
  @JoinColumn()
  customer!: Customer | null;

  @ManyToOne(() => Country)
  @JoinColumn()
  country!: Country | null;
}

/** Makes the table of accounts; those of the guarded entities are there. */
export async function createAccounts(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE accounts (
    handle text NOT NULL,
    email text NOT NULL,
    balance smallint NOT NULL DEFAULT 0,
    number integer NOT NULL DEFAULT 1,
    opened_on date,
    code varchar(3),
    seat int4range,
    customer_id bigint,
    country_id integer,
    CONSTRAINT accounts_handle_uq UNIQUE (handle),
    CONSTRAINT accounts_customer_id_number_uq UNIQUE (customer_id, number),
    CONSTRAINT accounts_country_id_uq UNIQUE (country_id),
    CONSTRAINT accounts_balance_ck CHECK (balance >= 0),
    CONSTRAINT accounts_seat_ex EXCLUDE USING gist (seat WITH &&),
    CONSTRAINT accounts_customer_id_fk FOREIGN KEY (customer_id) REFERENCES customers (user_id),
    CONSTRAINT accounts_country_id_fk FOREIGN KEY (country_id) REFERENCES countries (id)
      ON DELETE RESTRICT)`);
  await addDualId(runner, { table: 'accounts', type: { id: 250, name: 'account' } });
  await runner.query('CREATE UNIQUE INDEX accounts_email_uq ON accounts (lower(email))');
}
