import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const productHeader = 'product_id,product_name,aisle_id,department_id\n';
const userHeader = 'user_id,first_name,last_name,email_address\n';
const orderHeader =
  'order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n';

/** Imports the small shop with one file of these lines; answers its rejects without file name. */
async function rejected(file: string, header: string, lines: readonly (string | Buffer)[]) {
  const content = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
  const report = await bench.import(
    instacart,
    shopWith({ [file]: Buffer.concat([Buffer.from(header), content]) }),
  );
  const own = (await rejectsOf(report)).filter((line) => line.startsWith(`${file},`));
  return own.map((line) => line.slice(file.length + 1));
}

describe('a bad row is rejected with its line and reason, and takes no good row with it:', () => {
  test('one that cannot be read', async () => {
    const lines = [
      '1,Cookies,1,2',
      '2,"never closed,1,2',
      '3,too few,1',
      '4,too,many,1,2',
      Buffer.from('5,caf\xE9,1,2', 'latin1'),
      '6,nul\0byte,1,2',
      '7,"two',
      'lines",1,2',
      '8,"7"inch,1,2',
      '105,Bakeware,2,1',
    ];
    expect(await rejected('products.csv', productHeader, lines)).toEqual([
      '3,text follows a closing quote,"2,""never closed,1,2"',
      '4,"has 3 fields, while the header has 4","3,too few,1"',
      '5,"has 5 fields, while the header has 4","4,too,many,1,2"',
      '6,is not valid UTF-8,"5,caf\uFFFD,1,2"',
      '7,contains a NUL byte,"6,nul\uFFFDbyte,1,2"',
      '10,text follows a closing quote,"8,""7""inch,1,2"',
    ]);
    expect(await bench.rows('SELECT id, name FROM products ORDER BY id')).toEqual([
      { id: '1', name: 'Cookies' },
      { id: '7', name: 'two\nlines' },
      { id: '105', name: 'Bakeware' },
    ]);
  });

  test('one with a value of the wrong kind or range', async () => {
    const lines = [
      '122,7,prior,1,3,10,',
      '200,7,prior,x,3,10,',
      '201,7,prior,3,7,-1,1.5',
      '202,7,prior,99999999999,3,10,40000',
      ',7,prior,4,,10,',
      '0,7,prior,5,3,10,',
      `${'9'.repeat(90)},7,prior,6,3,10,`,
      '+203,7,prior,7.00,3,10,',
    ];
    expect(await rejected('orders.csv', orderHeader, lines)).toEqual([
      '3,order_number is not a whole number,"200,7,prior,x,3,10,"',
      '4,order_dow is above 6; order_hour_of_day is below 0; days_since_prior_order is not a whole number,"201,7,prior,3,7,-1,1.5"',
      '5,order_number is above 2147483647; days_since_prior_order is above 32767,"202,7,prior,99999999999,3,10,40000"',
      '6,order_id is empty; order_dow is empty,",7,prior,4,,10,"',
      '7,order_id is below 1,"0,7,prior,5,3,10,"',
      `8,order_id is not a whole number,"${'9'.repeat(90)},7,prior,6,3,10,"`,
    ]);
    expect(await bench.rows('SELECT id, number FROM orders ORDER BY id')).toEqual([
      { id: '122', number: 1 },
      { id: '203', number: 7 },
    ]);
  });

  test('one with an id that belongs to new rows', async () => {
    const lines = ['399999,A,B,a@example.org', '400000,C,D,c@example.org'];
    expect(await rejected('users.csv', userHeader, lines)).toEqual([
      '3,"user_id is not below 400000, where the ids of new rows start","400000,C,D,c@example.org"',
    ]);
    expect(await bench.value('SELECT count(*)::int FROM users')).toBe(1);
  });

  test('one that refers to nothing, or to a row that was rejected', async () => {
    const report = await bench.import(
      instacart,
      shopWith({
        'products.csv': `${productHeader}1,Cookies,1,2\n105,Bakeware,77,1\n`,
        'order_products__train.csv': null,
      }),
    );
    expect(await rejectsOf(report)).toEqual([
      'products.csv,3,aisle_id refers to a row that is not in aisles,"105,Bakeware,77,1"',
      'order_products__prior.csv,3,product_id refers to a row that is not in products,"122,105,2,0"',
    ]);
    expect(figures(report)['order_products__prior.csv']).toEqual([2, 1, 1, 0]);
  });

  test('one that breaks a rule of the table which the plan does not mention', async () => {
    await bench.rows(`ALTER TABLE products ADD CONSTRAINT no_tea CHECK (name !~ 'Tea')`);
    const lines = ['1,Green Tea,1,2', '105,Bakeware,2,1'];
    expect(await rejected('products.csv', productHeader, lines)).toEqual([
      '2,product_name breaks the rule no_tea,"1,Green Tea,1,2"',
    ]);
    const departments = ['1,frozen', '2,---', '3,bakery'];
    expect(await rejected('departments.csv', 'department_id,department\n', departments)).toEqual([
      '3,slug breaks the rule departments_slug_ck,"2,---"',
    ]);
  });
});

describe('a row that repeats an earlier one', () => {
  test('is rejected, whichever unique value it repeats', async () => {
    const lines = [
      '7,Ada,Byron,ada@example.org',
      '8,Other,Person,ADA@example.org',
      '7,Ada,Again,again@example.org',
      '347,Karl,Howell,karl@example.com',
    ];
    expect(await rejected('users.csv', userHeader, lines)).toEqual([
      '3,repeats line 2: email_address,"8,Other,Person,ADA@example.org"',
      '4,repeats line 2: user_id,"7,Ada,Again,again@example.org"',
    ]);
  });

  test.each([
    ['whose condition the default meets', 'version = 1', ['3,repeats line 2: product_name']],
    ['whose condition the default does not meet', 'version = 2', []],
    ['of rows that are there', 'deleted_at IS NULL', ['3,repeats line 2: product_name']],
    ['of deleted rows', 'deleted_at IS NOT NULL', []],
  ])('is judged by a partial index %s, of a column no file has', async (_what, where, reasons) => {
    await bench.rows(`CREATE UNIQUE INDEX first_uq ON products (lower(name)) WHERE ${where}`);
    const lines = ['1,Cookies,1,2', '105,COOKIES,1,2'];
    const found = await rejected('products.csv', productHeader, lines);
    expect(found.map((line) => line.split(',').slice(0, 2).join(','))).toEqual(reasons);
  });

  test('takes nothing away from a later row when it is rejected itself', async () => {
    const lines = [
      '7,A,A,a@example.org',
      '8,B,B,A@example.org',
      '8,C,C,c@example.org',
      '400001,D,D,d@example.org',
      '347,E,E,d@example.org',
    ];
    expect(await rejected('users.csv', userHeader, lines)).toEqual([
      '3,repeats line 2: email_address,"8,B,B,A@example.org"',
      '5,"user_id is not below 400000, where the ids of new rows start","400001,D,D,d@example.org"',
    ]);
    expect(await bench.rows('SELECT id, email FROM users ORDER BY id')).toEqual([
      { id: '7', email: 'a@example.org' },
      { id: '8', email: 'c@example.org' },
      { id: '347', email: 'd@example.org' },
    ]);
  });

  test('may follow one that refers to nothing', async () => {
    const lines = ['122,999,prior,1,1,1,', '122,7,prior,1,1,1,'];
    expect(await rejected('orders.csv', orderHeader, lines)).toEqual([
      '2,user_id refers to a row that is not in users,"122,999,prior,1,1,1,"',
    ]);
    expect(await bench.value('SELECT user_id FROM orders WHERE id = 122')).toBe('7');
  });

  test('is rejected again by a second import', async () => {
    const lines = ['7,A,A,a@example.org', '8,B,B,A@example.org', '7,A,A,a@example.org'];
    const first = await rejected('users.csv', userHeader, lines);
    expect(first).toHaveLength(2);
    const second = await rejected('users.csv', userHeader, lines);
    expect(second.map((line) => line.split(',')[0])).toEqual(['3', '4']);
  });

  test('of another file is already there', async () => {
    const prior = smallShop['order_products__prior.csv'];
    const report = await bench.import(instacart, shopWith({ 'order_products__x.csv': prior }));
    expect(figures(report)['order_products__x.csv']).toEqual([2, 0, 0, 2]);
  });
});

describe('the rejects file', () => {
  test('is made only for a reject, in the folder the caller names', async () => {
    const folder = await bench.folder(smallShop);
    const rejects = join(folder, 'not', 'yet');
    const run = (from: string) =>
      importFolder({ database: bench.url, plan: instacart, folder: from, options: { rejects } });
    expect((await run(folder)).rejectsFile).toBeNull();
    await expect(readdir(rejects)).rejects.toThrow('ENOENT');
    const bad = await bench.folder(shopWith({ 'aisles.csv': 'aisle_id,aisle\n1,x\nx,y\n' }));
    const { rejectsFile } = await run(bad);
    expect(rejectsFile).toMatch(/not\/yet\/instacart-.*\.rejects\.csv$/);
    expect(await readdir(rejects)).toHaveLength(1);
    expect((await stat(rejectsFile!)).mode & 0o777).toBe(0o600);
  });

  test('is needed: where it cannot be written, nothing is loaded', async () => {
    const folder = await bench.folder(shopWith({ 'aisles.csv': 'aisle_id,aisle\n1,x\nx,y\n' }));
    const options = { rejects: join(folder, 'users.csv') };
    await expect(
      importFolder({ database: bench.pool, plan: instacart, folder, options }),
    ).rejects.toThrow(/The rejected rows cannot be written to .* Choose another folder/);
    expect(await bench.value('SELECT count(*)::int FROM departments')).toBe(0);
  });

  test('is taken away when the import fails after all', async () => {
    await bench.rows(`CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN IF NEW.id = 123 THEN RETURN NULL; END IF; RETURN NEW; END $$`);
    await bench.rows(
      `CREATE TRIGGER lose BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION lose()`,
    );
    const folder = await bench.folder(
      shopWith({ 'aisles.csv': 'aisle_id,aisle\n1,x\n2,z\nx,y\n' }),
    );
    const rejects = join(folder, 'rejects');
    const options = { rejects };
    await expect(
      importFolder({ database: bench.pool, plan: instacart, folder, options }),
    ).rejects.toThrow(
      'orders.csv has 3 rows, but 2 were loaded, 0 rejected and 0 already there. Look for triggers on orders',
    );
    expect(await readdir(rejects)).toEqual([]);
    expect(await bench.value('SELECT count(*)::int FROM orders')).toBe(0);
    const types = 'SELECT DISTINCT platform_type_id FROM dual_id.passports ORDER BY 1';
    expect(await bench.rows(types)).toEqual([{ platform_type_id: 30 }, { platform_type_id: 31 }]);
  });
});
