import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the program before this one had: no public ids, and names of its own. */
export class CreateInsurers1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE "Insurers" (
      "InsurerId" bigserial PRIMARY KEY,
      "CompanyName" varchar(200) NOT NULL)`);
    await runner.query(
      `INSERT INTO "Insurers" ("CompanyName") VALUES ('Northern Mutual'), ('Harbour Health')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE "Insurers"');
  }
}
