import type { SchemaRunner } from 'nest-dual-id';
import { addDualId, DualId, DualIdEntity, installDualId } from 'nest-dual-id';
import { defineImportPlan } from 'nest-dual-id/import';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

@DualId({ table: 'bills', type: 42, acceptUuidVersions: [4, 7] })
export class Bill extends DualIdEntity {
  @Column('text') number!: string;
  @Column('date', { nullable: true }) due!: string | null;
  @Column('text', { array: true }) tags!: string[];
  @Column('numeric') total!: string;
}

@DualId({ table: 'payments', type: 41 })
export class Payment extends DualIdEntity {
  @Column('numeric') amount!: string;

  @ManyToOne(() => Bill, { nullable: false })
  @JoinColumn()
  bill!: Bill;

  @ManyToOne(() => Payment)
  @JoinColumn()
  reverses!: Payment | null;
}

export const payments = defineImportPlan({
  name: 'payments',
  files: [
    {
      file: 'bills.csv',
      table: 'bills',
      startWith: 5000,
      columns: {
        id: { from: 'bill', type: 'id' },
        uuid: { from: 'uuid', type: 'publicId', acceptUuidVersions: [4, 7] },
        number: { from: 'number', type: 'text' },
        due: { from: 'due', type: 'date', nullable: true },
        tags: { from: 'tags', type: 'array', of: { type: 'text' } },
        total: { from: 'total', type: 'numeric', min: 0 },
      },
    },
    {
      file: 'payments.csv',
      table: 'payments',
      startWith: 9000,
      columns: {
        id: { from: 'payment', type: 'id' },
        amount: { from: 'amount', type: 'numeric' },
        bill_id: { from: 'bill', type: 'reference', to: 'bills' },
        reverses_id: {
          from: 'reverses',
          type: 'publicReference',
          to: 'payments',
          nullable: true,
        },
      },
    },
  ],
});

export async function migratePayments(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query(
    'CREATE TABLE bills (number text NOT NULL, due date, tags text[] NOT NULL, total numeric NOT NULL)',
  );
  await addDualId(runner, { table: 'bills', type: { id: 42, name: 'bill' } });
  await runner.query(`CREATE TABLE payments (
    amount numeric NOT NULL,
    bill_id bigint NOT NULL REFERENCES bills (id),
    reverses_id bigint)`);
  await addDualId(runner, { table: 'payments', type: { id: 41, name: 'payment' } });
  await runner.query('ALTER TABLE payments ADD FOREIGN KEY (reverses_id) REFERENCES payments (id)');
}
