import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DualIdFastifyAdapter, runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { stepsOf, withoutUuids } from '../package/getting-started/page.js';
import { emptyDatabase } from '../support/database.js';
import type { TestDatabase } from '../support/database.js';
import { AppModule } from './getting-started/src/app.module.js';
import { dataSourceOptions } from './getting-started/src/data-source.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/examples/getting-started');
const steps = stepsOf(readFileSync(join(root, 'docs/getting-started.md'), 'utf8'));

describe('the page that gets a reader started', () => {
  test('shows every file of its application whole', () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const kept = names.filter((name) => statSync(join(folder, name)).isFile());
    const files = kept.map((name) => [name, readFileSync(join(folder, name), 'utf8')]);
    const shown = steps.flatMap((step) => (step.kind === 'file' ? [[step.path, step.text]] : []));
    expect(shown.toSorted()).toEqual(files.toSorted());
  });

  describe('creates an application that', () => {
    let database: TestDatabase;
    let app: NestFastifyApplication;
    beforeAll(async () => {
      database = await emptyDatabase();
      process.env['DATABASE_URL'] = database.url;
      await runMigrations(new DataSource(dataSourceOptions(database.url)));
      const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
      app = module.createNestApplication<NestFastifyApplication>(new DualIdFastifyAdapter());
      await app.listen(0, '127.0.0.1');
    });
    afterAll(async () => {
      await app.close();
      await database.drop();
    });

    const requests = steps.flatMap((step) =>
      step.kind === 'command' && step.answer !== undefined ? [[step.line, step.answer]] : [],
    );
    test.each(requests as [string, unknown][])(
      'responds as the page says to %s',
      async (line, answer) => {
        const [, path, body] = /^curl \S+?:3000(\/\S*)(?:.* -d '(.+)')?$/.exec(line)!;
        const response = await fetch(`${await app.getUrl()}${path}`, {
          ...(body !== undefined && { method: 'POST', body }),
          headers: body === undefined ? {} : { 'content-type': 'application/json' },
        });
        expect(withoutUuids(await response.json())).toEqual(withoutUuids(answer));
      },
    );

    test('is called more than once on the page', () => expect(requests.length).toBeGreaterThan(1));
  });
});
