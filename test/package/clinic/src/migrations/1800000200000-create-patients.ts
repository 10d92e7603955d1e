import {
  addDualId,
  addPersonalPlace,
  dropDualIdTable,
  dropPersonalPlace,
} from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const patients = {
  table: 'patients',
  type: { id: 6, name: 'patient' },
  namedBy: ['first_name', 'last_name'],
  deletedAt: 'deleted_at',
};
const documents = { table: 'documents', type: { id: 7, name: 'document' } };

/** Files go with the person they are about. */
const documentsOfThePerson = {
  name: 'documents',
  forget: `DELETE FROM documents WHERE patient_id IN (
    SELECT id FROM patients WHERE uuid = NEW.uuid)`,
};

export class CreatePatients1800000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE patients (
      first_name text NOT NULL,
      last_name text NOT NULL,
      email text NOT NULL,
      born_on date,
      address_street text NOT NULL,
      address_city text NOT NULL,
      address_postal_code text NOT NULL,
      organisation_id bigint NOT NULL
        CONSTRAINT patients_organisation_id_fk REFERENCES organisations,
      insurer_id bigint
        CONSTRAINT patients_insurer_id_fk REFERENCES "Insurers",
      version integer NOT NULL DEFAULT 1,
      deleted_at timestamptz)`);
    await addDualId(runner, patients);
    await runner.query(
      'CREATE UNIQUE INDEX patients_email_uq ON patients (email) WHERE deleted_at IS NULL',
    );
    await runner.query(
      'CREATE INDEX patients_organisation_id_ix ON patients (organisation_id)',
    );
    await runner.query(
      'CREATE INDEX patients_insurer_id_ix ON patients (insurer_id)',
    );
    await runner.query(`CREATE TABLE documents (
      patient_id bigint NOT NULL
        CONSTRAINT documents_patient_id_fk REFERENCES patients,
      file_name text NOT NULL,
      media_type text NOT NULL,
      size integer NOT NULL,
      content bytea NOT NULL)`);
    await addDualId(runner, documents);
    await runner.query(
      'CREATE INDEX documents_patient_id_ix ON documents (patient_id)',
    );
    await addPersonalPlace(runner, documentsOfThePerson);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropPersonalPlace(runner, documentsOfThePerson);
    await dropDualIdTable(runner, documents);
    await dropDualIdTable(runner, patients);
  }
}
