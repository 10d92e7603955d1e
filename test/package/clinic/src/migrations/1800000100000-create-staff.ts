import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const organisations = {
  table: 'organisations',
  type: { id: 1, name: 'organisation' },
  namedBy: ['name'],
};
const departments = {
  table: 'departments',
  type: { id: 2, name: 'department' },
  namedBy: ['name'],
};
const specialities = {
  table: 'specialities',
  type: { id: 3, name: 'speciality' },
  namedBy: ['name'],
};
const doctors = {
  table: 'doctors',
  type: { id: 4, name: 'doctor' },
  namedBy: ['name'],
};

export class CreateStaff1800000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE organisations (
      name text NOT NULL,
      address_street text NOT NULL,
      address_city text NOT NULL,
      address_postal_code text NOT NULL)`);
    await addDualId(runner, organisations);
    await runner.query(`CREATE TABLE departments (
      name text NOT NULL,
      organisation_id bigint NOT NULL
        CONSTRAINT departments_organisation_id_fk REFERENCES organisations,
      parent_id bigint)`);
    await addDualId(runner, departments);
    await runner.query(`ALTER TABLE departments
      ADD CONSTRAINT departments_parent_id_fk FOREIGN KEY (parent_id) REFERENCES departments`);
    await runner.query(
      'CREATE INDEX departments_organisation_id_ix ON departments (organisation_id)',
    );
    await runner.query(
      'CREATE INDEX departments_parent_id_ix ON departments (parent_id)',
    );
    await runner.query(`CREATE TABLE specialities (
      name text NOT NULL CONSTRAINT specialities_name_uq UNIQUE)`);
    await addDualId(runner, specialities);
    await runner.query(`CREATE TABLE doctors (
      name text NOT NULL,
      department_id bigint NOT NULL
        CONSTRAINT doctors_department_id_fk REFERENCES departments,
      version integer NOT NULL DEFAULT 1)`);
    await addDualId(runner, doctors);
    await runner.query(
      'CREATE INDEX doctors_department_id_ix ON doctors (department_id)',
    );
    await this.linkSpecialities(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE doctor_specialities');
    for (const table of [doctors, specialities, departments, organisations])
      await dropDualIdTable(runner, table);
  }

  /** The table of `@JoinTable`, with the names that TypeORM looks for. */
  private async linkSpecialities(runner: QueryRunner): Promise<void> {
    const table = 'doctor_specialities';
    await runner.query(`CREATE TABLE ${table} (
      doctors_id bigint NOT NULL CONSTRAINT ${table}_doctors_id_fk
        REFERENCES doctors ON DELETE CASCADE ON UPDATE CASCADE,
      specialities_id bigint NOT NULL CONSTRAINT ${table}_specialities_id_fk
        REFERENCES specialities ON DELETE CASCADE ON UPDATE CASCADE,
      CONSTRAINT ${table}_pk PRIMARY KEY (doctors_id, specialities_id))`);
    await runner.query(
      `CREATE INDEX ${table}_doctors_id_ix ON ${table} (doctors_id)`,
    );
    await runner.query(
      `CREATE INDEX ${table}_specialities_id_ix ON ${table} (specialities_id)`,
    );
  }
}
