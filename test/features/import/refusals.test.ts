import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defineImportPlan, importFolder } from 'nest-dual-id/import';
import type { ImportFile } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import { createBilling, invoices, withLines } from './billing.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
  await createBilling(bench);
});
afterEach(async () => bench.close());

describe('an import stops with one sentence, before anything is written,', () => {
  const refused = async (files: Parameters<Workbench['import']>[1], sentence: string) => {
    await expect(bench.import(instacart, files)).rejects.toThrow(sentence);
    expect(await bench.value('SELECT count(*)::int FROM departments')).toBe(0);
  };

  test('without a required file', async () => {
    await refused(shopWith({ 'orders.csv': null }), 'has no orders.csv.');
    await refused(
      shopWith({ 'order_products__prior.csv': null, 'order_products__train.csv': null }),
      'has no order_products__*.csv.',
    );
  });

  test('without a required header, or with one twice', async () => {
    await refused(
      shopWith({ 'order_products__train.csv': 'order_id,product_id,reordered\n' }),
      'order_products__train.csv has no header add_to_cart_order, only order_id, product_id, reordered.',
    );
    await refused(
      shopWith({ 'aisles.csv': 'aisle_id,aisle,aisle\n' }),
      'aisles.csv has the header aisle 2 times.',
    );
    await refused(shopWith({ 'aisles.csv': '' }), 'aisles.csv is empty.');
  });

  test('without a folder, a table or the library', async () => {
    const missing = importFolder({ database: bench.url, plan: instacart, folder: 'nowhere' });
    await expect(missing).rejects.toThrow('The folder nowhere cannot be read.');
    await bench.rows('DROP TABLE order_items');
    await refused(smallShop, 'There is no table order_items. Run `dual-id migrate` first.');
    await bench.rows('DROP SCHEMA dual_id CASCADE');
    await refused(
      smallShop,
      'The database has no schema dual_id of this version. Run `dual-id migrate` first.',
    );
  });

  test('when the database does not answer', async () => {
    const folder = await bench.folder(smallShop);
    const database = 'postgres://nobody@127.0.0.1:1/nothing';
    await expect(importFolder({ database, plan: instacart, folder })).rejects.toThrow(
      'The database does not answer. Nothing was loaded. Start the server',
    );
  });
});

describe('a plan is refused', () => {
  const define = (change: Partial<ImportFile>) => () =>
    defineImportPlan({ name: 'wrong', files: [{ ...invoices, ...change }] });

  test('when it has no key', () => {
    expect(define({ columns: { code: { from: 'Code', type: 'text' } } })).toThrow('has no key.');
    expect(define({ key: ['source'] })).toThrow('has the key source, which no header fills.');
  });

  test('when it has two ids, or makes up rows of a file that is required', () => {
    const columns = { ...invoices.columns, number: { from: 'No', type: 'id' } } as const;
    expect(define({ columns })).toThrow('has two columns of type id.');
    expect(define({ placeholders: {} })).toThrow('has placeholders without being optional');
  });

  test('when a value rests on a column that is not read', () => {
    const columns = { ...invoices.columns, note: { slugOf: 'source' } };
    expect(define({ columns })).toThrow('has note as slug of source.');
    const through = { ...invoices.columns, note: { lookup: 'name', through: 'code' } };
    expect(define({ columns: through })).toThrow('has note through code.');
  });

  test('when it does not fit the table', async () => {
    const run = (columns: ImportFile['columns'], key?: readonly string[]) =>
      bench.import(
        { name: 'wrong', files: [{ ...invoices, columns, ...(key ? { key } : {}) }] },
        withLines('1,A,sale,0,1,'),
      );
    const { kind: _, ...withoutKind } = invoices.columns;
    await expect(run(withoutKind)).rejects.toThrow(
      'leaves out billing.invoices.kind, which is required.',
    );
    await expect(run({ ...invoices.columns, colour: { constant: 1 } })).rejects.toThrow(
      'The table billing.invoices has no column colour to fill.',
    );
    const issued = { from: 'Issued', type: 'text' } as const;
    await expect(run({ ...invoices.columns, issued })).rejects.toThrow(
      'reads billing.invoices.issued as text, but the column is timestamp with time zone.',
    );
    await expect(run(invoices.columns, ['code'])).rejects.toThrow(
      'No unique index of billing.invoices covers the key code of the plan.',
    );
  });
});
