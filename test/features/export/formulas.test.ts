import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ExportError, exportView } from 'nest-dual-id/export';
import type { ExportRequest } from 'nest-dual-id/export';
import { UserView } from '../../../src/shop/users/user.view.js';
import { runSql } from '../../support/empty-database.js';
import type { FilledShop } from './filled-shop.js';
import { filledShop } from './filled-shop.js';
import { parseCsv } from './parse-csv.js';

let filled: FilledShop;
beforeAll(async () => {
  filled = await filledShop();
});
afterAll(() => filled.close());

async function textOf(request: Partial<ExportRequest>): Promise<string> {
  const { dataSource } = filled;
  let text = '';
  for await (const chunk of exportView({ dataSource, view: UserView, ...request })) text += chunk;
  return text;
}

describe('formulas', () => {
  const shown = [
    '=1+1',
    '+cmd',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1',
    '＋1',
    '－1',
    '＠a',
  ];
  const harmless = ['-5', '-5.25', 'a=b', "'=1", ' x', '5-5'];
  beforeAll(async () => {
    const cities = [...shown, ...harmless].map((city) => `($t$${city}$t$)`).join(', ');
    await runSql(
      filled.shop.databaseUrl,
      `INSERT INTO users (first_name, last_name, email, city)
       SELECT 'Formula', 'Person', gen_random_uuid() || '@example.org', city
       FROM (VALUES ${cities}) AS texts (city)`,
    );
  });
  const citiesOf = async (request: Partial<ExportRequest>) => {
    const [header = [], ...records] = parseCsv(await textOf(request));
    const at = (name: string) => header.findIndex(({ text }) => text === name);
    const people = records.filter((cells) => cells[at('firstName')]!.text === 'Formula');
    return people.map((cells) => cells[at('city')]!.text).toSorted();
  };

  test('are kept by default, so that the file holds what the API shows', async () => {
    expect(await citiesOf({})).toEqual([...shown, ...harmless].toSorted());
    expect(await citiesOf({ formulas: 'keep' })).toEqual(await citiesOf({}));
  });

  test('get an apostrophe if they are to be escaped, and nothing else does', async () => {
    const escaped = [...shown.map((text) => `'${text}`), ...harmless];
    expect(await citiesOf({ formulas: 'escape' })).toEqual(escaped.toSorted());
  });

  test('are not escaped in NDJSON, where the option is refused', async () => {
    const refused = textOf({ format: 'ndjson', formulas: 'escape' });
    await expect(refused).rejects.toThrow(ExportError);
    await expect(refused).rejects.toThrow('Formulas are escaped only in csv, not in ndjson');
  });
});
