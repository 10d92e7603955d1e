import { addDualId, DualId, DualIdEntity, Field, Personal, View } from 'nest-dual-id';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import { Column, DeleteDateColumn, VersionColumn } from 'typeorm';

class Door {
  @Personal()
  @Column({ type: 'text', nullable: true })
  code!: string | null;

  @Column({ type: 'integer', default: 1 })
  floor!: number;
}

class Address {
  @Personal('?')
  @Column('text')
  street!: string;

  @Column(() => Door)
  door!: Door;
}

class Contact {
  @Column('text')
  email!: string;

  @Personal('nobody')
  @Column('text')
  twitter!: string;

  @Column({ type: 'text', nullable: true })
  phone!: string | null;
}

const reversed = (text: string) => [...text].toReversed().join('');

/** A person with columns of many types, in embedded classes of any depth. */
@DualId({ table: 'patients', type: 920, named: ['name'] })
export class Patient extends DualIdEntity {
  @Personal('')
  @Column('text')
  name!: string;

  @Column(() => Address)
  home!: Address;

  /** As a whole. */
  @Personal((uuid) => `${uuid}@example.invalid`)
  @Column(() => Contact)
  contact!: Contact;

  @Personal('{}')
  @Column('jsonb')
  history!: object;

  @Personal('{}')
  @Column({ type: 'text', array: true })
  aliases!: string[];

  @Personal()
  @Column({ type: 'bytea', nullable: true })
  photo!: Buffer | null;

  @Personal('blank')
  @Column({ type: 'text', transformer: { to: reversed, from: reversed } })
  secret!: string;

  @Column({ type: 'integer', default: 1 })
  ward!: number;

  @VersionColumn({ default: 1 })
  version!: number;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

/** A person outside the registry. */
@DualId({ table: 'visitors' })
export class Visitor extends DualIdEntity {
  @Personal('')
  @Column('text')
  name!: string;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}

@View(Patient)
export class PatientView {
  @Field() uuid!: PublicId<Patient>;
  @Field() name!: string;
}

@View(Visitor)
export class VisitorView {
  @Field() uuid!: PublicId<Visitor>;
  @Field() name!: string;
}

/** Makes the tables of patients and visitors. */
export async function makePatients(runner: SchemaRunner): Promise<void> {
  await runner.query(`CREATE TABLE patients (
    name text NOT NULL, home_street text NOT NULL, home_door_code text,
    home_door_floor integer NOT NULL DEFAULT 1, contact_email text NOT NULL,
    contact_twitter text NOT NULL, contact_phone text, history jsonb NOT NULL,
    aliases text[] NOT NULL, photo bytea, secret text NOT NULL, ward integer NOT NULL DEFAULT 1,
    version integer NOT NULL DEFAULT 1, deleted_at timestamptz)`);
  await addDualId(runner, {
    table: 'patients',
    type: { id: 920, name: 'patient' },
    namedBy: ['name'],
    deletedAt: 'deleted_at',
  });
  await runner.query('CREATE TABLE visitors (name text NOT NULL, deleted_at timestamptz)');
  await addDualId(runner, { table: 'visitors' });
}

/** The words by which the patient of `inputOf` is recognized. */
export const wordsOfPatient = ['zebulon', 'quagmire'];

/** A patient who can be recognized by every column. */
export const inputOf = (name = 'Zebulon Quagmire') => ({
  name,
  home: { street: `1 ${name} Lane`, door: { code: `${name} 42`, floor: 3 } },
  contact: { email: `${name}@example.org`, twitter: `@${name}`, phone: `call ${name}` },
  history: { told: [{ by: name }] },
  aliases: ['Z', `the ${name}`],
  photo: Buffer.from(`photo of ${name}`),
  secret: reversed(`of ${name}`),
});
