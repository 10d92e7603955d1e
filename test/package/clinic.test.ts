import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { describeWhere } from '../support/conditions.js';
import { isPacked } from './installation.js';
import { InstalledClinic } from './installed-clinic.js';
import { whileServed } from './served-application.js';

const title = 'a clinic that somebody wrote on the packed library';
const perTest = 300_000;

describeWhere(await isPacked(), 'packed application')(title, () => {
  let clinic: InstalledClinic;
  let database: TestDatabase;
  let environment: Record<string, string>;
  beforeAll(async () => {
    [clinic, database] = await Promise.all([InstalledClinic.install(), emptyDatabase()]);
    environment = {
      DATABASE_URL: database.url,
      DOCTOR_TOKEN: 'token-of-a-doctor',
      RECEPTION_TOKEN: 'token-of-the-reception',
      PORT: '0',
    };
  }, perTest);
  afterAll(async () => {
    clinic?.remove();
    await database?.drop();
  }, perTest);

  test(
    'is built by `nest build`',
    async () => {
      expect(await clinic.script('build', environment)).toMatchObject({ code: 0 });
      expect(readdirSync(join(clinic.folder, 'dist'))).toContain('main.js');
    },
    perTest,
  );

  test(
    'migrates its database, and adopts the table that was there',
    async () => {
      const { code, output } = await clinic.script('migration:run', environment);
      expect(output).toContain('ran AdoptInsurers1800000000000');
      expect(code).toBe(0);
      const check = await clinic.script('migration:check', environment);
      expect(check.output).toContain('No changes');
    },
    perTest,
  );

  test(
    'is found healthy by both doctors',
    async () => {
      const { code, output } = await clinic.script('doctor', environment);
      expect(output).toMatch(/^(?:declared .*\n)+Nothing is wrong\./);
      expect(code).toBe(0);
    },
    perTest,
  );

  test(
    'passes its own end-to-end tests',
    async () => {
      const { code, output } = await clinic.script('test:e2e', environment);
      expect(output).toMatch(/Tests {2}\d+ passed \(\d+\)/);
      expect(code).toBe(0);
    },
    perTest,
  );

  test(
    'serves by public ids, behind its prefix, version and token',
    () =>
      whileServed(clinic.served(environment), async (url) => {
        const authorization = `Bearer ${environment['RECEPTION_TOKEN']}`;
        const get = (path: string) => fetch(`${url}${path}`, { headers: { authorization } });
        const [row] = await runSql<{ uuid: string; id: string }>(
          database.url,
          'SELECT uuid, "InsurerId" AS id FROM "Insurers" ORDER BY "InsurerId" LIMIT 1',
        );
        const insurer = await get(`/api/v1/insurers/${row!.uuid}`);
        expect(await insurer.json()).toEqual({ uuid: row!.uuid, companyName: 'Northern Mutual' });
        expect((await get(`/api/v1/insurers/${row!.id}`)).status).toBe(400);
        expect((await fetch(`${url}/api/v1/insurers`)).status).toBe(401);
        expect((await fetch(`${url}/docs`)).status).toBe(200);
      }),
    perTest,
  );
});
