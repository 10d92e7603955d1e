import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { DualIdRepository, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  DualId,
  DualIdEntity,
  DualIdFastifyAdapter,
  dualIdDataSource,
  DualIdModule,
  Field,
  InjectDualId,
  installDualId,
  View,
} from 'nest-dual-id';
import { addFencing, installLocks, LeaseToken, Locks, LocksModule } from 'nest-dual-id/locks';
import { Column } from 'typeorm';

@DualId({ table: 'accounts', type: 45 })
export class Account extends DualIdEntity {
  @Column('integer') balance!: number;
}

@DualId({ table: 'reports', type: 46 })
export class Report extends DualIdEntity {
  @Column('integer', { default: 0 }) pages!: number;
  @LeaseToken() leaseToken!: string | null;
}

@View(Account)
export class AccountView {
  @Field() uuid!: PublicId<Account>;
  @Field() balance!: number;
}

@View(Report)
export class ReportView {
  @Field() uuid!: PublicId<Report>;
  @Field() pages!: number;
}

export async function migrateBank(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE accounts (balance integer NOT NULL)');
  await addDualId(runner, { table: 'accounts', type: { id: 45, name: 'account' } });
  await runner.query('CREATE TABLE reports (pages integer NOT NULL DEFAULT 0)');
  await addDualId(runner, { table: 'reports', type: { id: 46, name: 'report' } });
  await installLocks(runner);
  await addFencing(runner, { table: 'reports' });
}

@Injectable()
export class Bank {
  constructor(
    @Inject(Locks) private readonly locks: Locks,
    @InjectDualId(Account) private readonly accounts: DualIdRepository<Account>,
    @InjectDualId(Report) private readonly reports: DualIdRepository<Report>,
  ) {}

  transfer(from: PublicId<Account>, to: PublicId<Account>, amount: number): Promise<void> {
    const both = [
      { entity: Account, uuid: from },
      { entity: Account, uuid: to },
    ] as const;
    return this.locks.withTransactionLock(both, async () => {
      const { items } = await this.accounts.many(AccountView, [from, to]);
      const [payer, payee] = items as [AccountView, AccountView];
      await this.accounts.update(AccountView, from, { balance: payer.balance - amount });
      await this.accounts.update(AccountView, to, { balance: payee.balance + amount });
    });
  }

  writeReport(uuid: PublicId<Report>, print: (page: number) => Promise<void>): Promise<void> {
    return this.locks.withLease(`report:${uuid}`, 30_000, async ({ signal }) => {
      for (let pages = 1; pages <= 3; pages += 1) {
        signal.throwIfAborted();
        await print(pages);
        await this.reports.update(ReportView, uuid, { pages });
      }
    });
  }
}

export async function createBank(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [Account, Report] })),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([Account, Report]),
      LocksModule,
    ],
    providers: [Bank],
  })
  class BankModule {}

  return NestFactory.create<NestFastifyApplication>(BankModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}
