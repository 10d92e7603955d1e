import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ImportFile } from 'nest-dual-id/import';
import { createBilling, header, invoices, plan, withLines } from './billing.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
  await createBilling(bench);
});
afterEach(async () => bench.close());

describe('a plan of an application of its own', () => {
  test('reads every type', async () => {
    await bench.import(
      plan,
      withLines('1,A,sale,1,12.50,2016-08-29 22:55:00+02:00', '2,B,credit,FALSE,-.5,'),
    );
    expect(
      await bench.rows(
        `SELECT id, code, kind, paid, total, issued, note, source FROM billing.invoices ORDER BY id`,
      ),
    ).toEqual([
      {
        id: '1',
        code: 'A',
        kind: 'sale',
        paid: true,
        total: '12.50',
        issued: new Date('2016-08-29T20:55:00Z'),
        note: 'none',
        source: 'paper A',
      },
      {
        id: '2',
        code: 'B',
        kind: 'credit',
        paid: false,
        total: '-0.50',
        issued: null,
        note: 'none',
        source: 'paper B',
      },
    ]);
    expect(await bench.value('SELECT count(*)::int FROM dual_id.passports')).toBe(2);
  });

  test('checks every type', async () => {
    const report = await bench.import(
      plan,
      withLines(
        '1,TOO LONG,gift,maybe,1.234,yesterday',
        '2,A,sale,0,10000,2015-02-29T00:00Z',
        '3,A,sale,0,NaN,2016-02-29T24:00Z',
        '4,A,sale,0,9999.99,2016-02-29T23:59:59.5',
        '5,A,sale,0,1,0000-01-01T00:00',
      ),
    );
    expect(await rejectsOf(report)).toEqual([
      'invoices.csv,2,"Code is longer than 5 characters; Kind is none of sale, credit; ' +
        'Paid is neither true nor false; Total has more than 2 decimals; ' +
        'Issued is not a date and time of ISO 8601","1,TOO LONG,gift,maybe,1.234,yesterday"',
      'invoices.csv,3,Total is too large; Issued is a day the month does not have,' +
        '"2,A,sale,0,10000,2015-02-29T00:00Z"',
      'invoices.csv,4,Total is not a number; Issued is not a date and time of ISO 8601,' +
        '"3,A,sale,0,NaN,2016-02-29T24:00Z"',
      'invoices.csv,6,Issued is not a date and time of ISO 8601,"5,A,sale,0,1,0000-01-01T00:00"',
    ]);
    expect(await bench.rows('SELECT id, issued FROM billing.invoices')).toEqual([
      { id: '4', issued: new Date('2016-02-29T23:59:59.500Z') },
    ]);
  });

  test('takes a blank for null only where it says so', async () => {
    const report = await bench.import(plan, {
      'invoices.csv': `${header.trimEnd()},Grade\n1,A,sale,0,1,,\n2,B,sale,0,1,,-40000\n3,C,sale,0,1,,7\n`,
    });
    expect(await rejectsOf(report)).toEqual([
      'invoices.csv,2,Grade is empty,"1,A,sale,0,1,,"',
      'invoices.csv,3,Grade is below -32768,"2,B,sale,0,1,,-40000"',
    ]);
  });

  test('makes up nobody for a blank reference', async () => {
    const people: ImportFile = {
      file: 'people.csv',
      optional: true,
      table: 'users',
      columns: {
        id: { from: 'id', type: 'id' },
        first_name: { from: 'first', type: 'text' },
        last_name: { from: 'last', type: 'text' },
        email: { from: 'email', type: 'text' },
      },
      placeholders: {
        first_name: { constant: 'A' },
        last_name: { constant: 'B' },
        email: { sql: `imported.id || '@example.org'` },
      },
    };
    const report = await bench.import(
      { name: 'people', files: [people, invoices] },
      { 'invoices.csv': `${header.trimEnd()},Customer\n1,A,sale,0,1,,\n2,B,sale,0,1,,500000\n` },
    );
    expect(report.rejectsFile).toBeNull();
    expect(await bench.rows('SELECT id, email FROM users')).toEqual([
      { id: '500000', email: '500000@example.org' },
    ]);
    expect(await bench.value(`SELECT nextval('users_id_seq')`)).toBe('500001');
  });

  test('takes headers in any order and names those it does not know', async () => {
    const report = await bench.import(plan, {
      'invoices.csv':
        'Total,checksum, Paid ,Kind,Remark,Code,Issued,Invoice No\n1,x,0,sale,?,A,,5\n',
      'invoice.csv': 'a\n',
    });
    expect(report.files[0]?.unknownHeaders).toEqual(['Remark']);
    expect(report.notes).toEqual([
      'invoices.csv: the header Remark is not in the plan; ignored.',
      'invoice.csv is not in the plan; left alone.',
    ]);
    expect(await bench.value('SELECT code FROM billing.invoices WHERE id = 5')).toBe('A');
  });

  test('respects a unique index that covers some rows only', async () => {
    const lines = ['1,A,sale,0,1,', '2,A,sale,1,1,', '3,A,sale,1,1,', '4,A,sale,0,1,'];
    const report = await bench.import(plan, withLines(...lines));
    expect(await rejectsOf(report)).toEqual([
      'invoices.csv,4,"repeats line 3: Code, Paid","3,A,sale,1,1,"',
    ]);
    const more = await bench.import(plan, withLines('5,A,sale,0,1,', '6,A,sale,1,1,'));
    expect(await rejectsOf(more)).toEqual([
      'invoices.csv,3,"Code, Paid is taken by a row that is there","6,A,sale,1,1,"',
    ]);
  });

  test('keeps the backslash before a quote unless it says otherwise', async () => {
    await bench.import(plan, withLines(String.raw`1,"9\""x",sale,0,1,`));
    expect(await bench.value('SELECT code FROM billing.invoices')).toBe(String.raw`9\"x`);
  });

  test('has room for a file of a hundred and more columns', async () => {
    const more = Array.from({ length: 150 }, (_, index) => `x${index}`);
    const report = await bench.import(plan, {
      'invoices.csv': `${header.trimEnd()},${more.join(',')}\n1,A,sale,0,1,,${more.join(',')}\nx,A,sale,0,1,,${more.join(',')}\n`,
    });
    expect(figures(report)).toEqual({ 'invoices.csv': [2, 1, 1, 0] });
  });
});
