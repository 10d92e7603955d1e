import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../src/shop/import/instacart.js';
import { smallShop } from '../features/import/small-shop.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';
import { urlAs } from '../support/roles.js';
import { dualId } from './command.js';

let bench: Workbench;
let application: string;
let folder: string;
beforeAll(async () => {
  bench = await workbench();
  application = urlAs('application', bench.url);
  folder = await bench.folder(smallShop);
});
afterAll(() => bench.close());

const rows = () =>
  bench.value(`SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM departments)
    + (SELECT count(*) FROM dual_id.imported_files)`);
const migrations = () => bench.value('SELECT count(*) FROM migrations');

describe('as a role that owns nothing', () => {
  test.each([
    ['migrate', 1],
    ['migrate --status', 1],
    ['migrate --revert', 1],
    ['doctor', 2],
    ['doctor --data', 2],
    ['doctor --data --repair', 2],
  ])('dual-id %s is refused and names the owner', async (command, code) => {
    const before = await migrations();
    const env = { DATABASE_URL: application };
    const { err, ...ended } = await dualId(command.split(' '), { env });
    expect(ended).toEqual({ code, out: '' });
    expect(err).toMatch(
      /^dual-id: permission denied .+\. Run it as the role that owns the tables: set OWNER_DATABASE_URL\.\n$/,
    );
    expect(await migrations()).toBe(before);
  });

  test('dual-id import loads nothing and names the owner', async () => {
    const env = { DATABASE_URL: application };
    const { code, out, err } = await dualId(['import', folder], { env });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('Run it again as the role that owns the tables.');
    expect(await rows()).toBe('0');
  });

  test('an import by the library loads nothing and names the owner', async () => {
    const importing = importFolder({ database: application, plan: instacart, folder });
    await expect(importing).rejects.toThrow(
      /permission denied .+ Nothing .*was loaded.+ Run it again as the role that owns the tables\.$/,
    );
    expect(await rows()).toBe('0');
  });
});

test('a command uses OWNER_DATABASE_URL', async () => {
  const env = { DATABASE_URL: application, OWNER_DATABASE_URL: bench.url };
  expect(await dualId(['migrate'], { env })).toMatchObject({ code: 0, err: '' });
  expect(await dualId(['doctor', '--data'], { env })).toMatchObject({ code: 0, err: '' });
  expect(await dualId(['import', folder, '--json'], { env })).toMatchObject({ code: 0, err: '' });
  expect(await dualId(['doctor', '--data'], { env })).toMatchObject({ code: 0, err: '' });
});
