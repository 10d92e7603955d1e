import { addDualId } from 'nest-dual-id';
import { defineImportPlan } from 'nest-dual-id/import';
import type { ImportFile } from 'nest-dual-id/import';
import type { Files, Workbench } from './workbench.js';

/** Tables of an application of its own, with every kind of column. */
export async function createBilling(bench: Workbench): Promise<void> {
  await bench.pool.query('CREATE SCHEMA billing');
  await bench.pool.query(`CREATE TYPE billing.kind AS ENUM ('sale', 'credit')`);
  await bench.pool.query(`CREATE TABLE billing.invoices (
    code varchar(5) NOT NULL, kind billing.kind NOT NULL, paid boolean NOT NULL,
    total numeric(6,2) NOT NULL, issued timestamptz, note text DEFAULT 'none', source text,
    grade smallint, customer_id bigint REFERENCES users (id))`);
  await addDualId(
    { query: async (sql) => (await bench.pool.query(sql)).rows },
    { schema: 'billing', table: 'invoices', type: { id: 40, name: 'invoice' }, startWith: 1000 },
  );
  await bench.pool.query('CREATE UNIQUE INDEX ON billing.invoices (code) WHERE paid');
}

/** Its invoices, as a plan reads them. */
export const invoices: ImportFile = {
  file: 'invoices.csv',
  table: 'billing.invoices',
  startWith: 1000,
  ignore: ['checksum'],
  columns: {
    id: { from: 'Invoice No', type: 'id' },
    code: { from: 'Code', type: 'text' },
    kind: { from: 'Kind', type: 'enum' },
    paid: { from: 'Paid', type: 'boolean' },
    total: { from: 'Total', type: 'numeric' },
    issued: { from: 'Issued', type: 'timestamptz', nullable: true },
    note: { from: 'Note', type: 'text', optional: true, nullable: true },
    grade: { from: 'Grade', type: 'integer', optional: true },
    customer_id: {
      from: 'Customer',
      type: 'reference',
      to: 'users',
      optional: true,
      nullable: true,
    },
    source: { sql: `'paper ' || imported.code` },
  },
};
/** Its plan. */
export const plan = defineImportPlan({ name: 'billing', files: [invoices] });
/** The header line of a file with the required columns only. */
export const header = 'Invoice No,Code,Kind,Paid,Total,Issued\n';
/** A folder with invoices of these lines. */
export function withLines(...lines: string[]): Files {
  return { 'invoices.csv': `${header}${lines.join('\n')}\n` };
}
