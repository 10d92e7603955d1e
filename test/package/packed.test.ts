import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { InstalledApplication, registryAnswers } from './installed-application.js';
import type { ModuleSystem } from './installed-application.js';

/** `tried` skips without a registry, `required` fails then, and nothing leaves it to another run. */
const wish = process.env['PACKED_APPLICATION'] ?? '';
const reason =
  wish === ''
    ? 'skipped, for `npm run test:package` does it'
    : wish === 'tried' && !(await registryAnswers())
      ? 'skipped, for the registry cannot be reached and its peers cannot be installed'
      : undefined;
const isTried = reason === undefined;
const perTest = 180_000;

(isTried ? describe : describe.skip)(
  `an application with the packed library${isTried ? '' : ` (${reason})`}`,
  () => {
    let application: InstalledApplication;
    beforeAll(async () => {
      application = await InstalledApplication.install();
    }, perTest);
    afterAll(() => application?.remove());

    describe.each(['module', 'commonjs'] as const)('of type %s', (system) => {
      let database: TestDatabase;
      beforeAll(async () => {
        database = await emptyDatabase();
      });
      afterAll(() => database.drop());
      const command = (...words: string[]) => application.command(system, words, database.url);

      test(
        'compiles against its types, which are whole',
        async () => {
          expect(await application.compile(system)).toEqual({ code: 0, output: '' });
        },
        perTest,
      );

      test(
        'is refused on a database without the schema, by the command that makes it',
        async () => {
          const { code, output } = await application.program(system, 'serve.js', database.url);
          expect(code).toBe(1);
          expect(output).toContain('Run the migrations: `dual-id migrate`');
        },
        perTest,
      );

      test(
        'migrates its own database by the command of TypeORM, or by `dual-id`',
        async () => {
          const typeorm = ['typeorm', 'migration:run', '-d', 'dist/data-source.js'];
          const words = { module: typeorm, commonjs: ['dual-id', 'migrate'] }[system];
          expect(await command(...words)).toMatchObject({ code: 0 });
          expect(await command('dual-id', 'migrate', '--status')).toEqual({
            code: 0,
            output: 'applied  CreateTickets1800000000000\n',
          });
          const check = ['migration:generate', '--check', '-d', 'dist/data-source.js', 'changes'];
          expect((await command('typeorm', ...check)).output).toContain('No changes');
        },
        perTest,
      );

      test(
        'serves by public ids, and by nothing else',
        async () => {
          const server = serve(system, database.url);
          try {
            const url = await addressOf(server);
            const sold = await fetch(`${url}/tickets`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: '{ "seat": "A1" }',
            });
            const ticket = (await sold.json()) as { uuid: string };
            expect(Object.keys(ticket)).toEqual(['uuid', 'seat']);
            const [row] = await runSql<{ id: string }>(database.url, 'SELECT id FROM tickets');
            const read = await fetch(`${url}/tickets/${ticket.uuid}`);
            expect(await read.json()).toEqual(ticket);
            expect((await fetch(`${url}/tickets/${row!.id}`)).status).toBe(400);
            expect((await fetch(`${url}/resolve/${ticket.uuid}`)).status).toBe(200);
          } finally {
            server.kill();
          }
        },
        perTest,
      );

      test(
        'lets no internal id out and none in',
        async () => {
          const { code, output } = await application.program(system, 'leak-check.js', database.url);
          expect(output).toMatch(/no internal id in \d{2,} answers\n$/);
          expect(code).toBe(0);
        },
        perTest,
      );
    });

    function serve(system: ModuleSystem, url: string): ChildProcess {
      const folder = application.at(system);
      const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: url };
      const main = join(folder, 'dist/serve.js');
      return spawn(process.execPath, [main], { cwd: folder, env, timeout: 60_000 });
    }
  },
);

/** The address at which a server says that it listens. Rejects when it ends without a word. */
function addressOf(server: ChildProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: unknown) => {
      output += String(chunk);
      const url = /listening on (\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    server.stdout!.on('data', hear);
    server.stderr!.on('data', hear);
    server.on('exit', () => reject(new Error(`It ended: ${output}`)));
  });
}
