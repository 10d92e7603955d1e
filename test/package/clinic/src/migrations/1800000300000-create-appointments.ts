import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const appointments = {
  table: 'appointments',
  type: { id: 8, name: 'appointment' },
};
const prescriptions = {
  table: 'prescriptions',
  type: { id: 9, name: 'prescription' },
};

export class CreateAppointments1800000300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TYPE appointment_status AS ENUM ('planned', 'kept', 'cancelled')`,
    );
    await runner.query(`CREATE TABLE appointments (
      patient_id bigint NOT NULL
        CONSTRAINT appointments_patient_id_fk REFERENCES patients,
      doctor_id bigint NOT NULL
        CONSTRAINT appointments_doctor_id_fk REFERENCES doctors,
      starts_at timestamptz NOT NULL,
      status appointment_status NOT NULL DEFAULT 'planned',
      CONSTRAINT appointments_doctor_id_starts_at_uq UNIQUE (doctor_id, starts_at))`);
    await addDualId(runner, appointments);
    await runner.query(
      'CREATE INDEX appointments_patient_id_ix ON appointments (patient_id)',
    );
    await runner.query(`CREATE TABLE prescriptions (
      patient_id bigint NOT NULL
        CONSTRAINT prescriptions_patient_id_fk REFERENCES patients,
      doctor_id bigint NOT NULL
        CONSTRAINT prescriptions_doctor_id_fk REFERENCES doctors,
      medicine text NOT NULL,
      milligrams numeric(8, 3) NOT NULL,
      written_at timestamptz NOT NULL DEFAULT now())`);
    await addDualId(runner, prescriptions);
    await runner.query(
      'CREATE INDEX prescriptions_patient_id_ix ON prescriptions (patient_id)',
    );
    await runner.query(
      'CREATE INDEX prescriptions_doctor_id_ix ON prescriptions (doctor_id)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, prescriptions);
    await dropDualIdTable(runner, appointments);
    await runner.query('DROP TYPE appointment_status');
  }
}
