import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { IsISO8601, IsString, MaxLength } from 'class-validator';
import type { PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  DualId,
  DualIdEntity,
  Field,
  installDualId,
  PublicIdParam,
  Returns,
  ReturnsSchema,
  View,
} from 'nest-dual-id';
import { addHistory, History, HistoryApiModule, installHistory } from 'nest-dual-id/history';
import { Column, JoinColumn, JoinTable, ManyToMany, ManyToOne } from 'typeorm';

@DualId({ table: 'clients', type: 60 })
export class Client extends DualIdEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'contracts', type: 61 })
export class Contract extends DualIdEntity {
  @Column('text') subject!: string;
  @Column('numeric') fee!: string;
  @ManyToOne(() => Client) @JoinColumn({ name: 'client_id' }) client!: Client;
  @ManyToMany(() => Client)
  @JoinTable({
    name: 'contract_guarantors',
    joinColumn: { name: 'contract_id' },
    inverseJoinColumn: { name: 'client_id' },
  })
  guarantors!: Client[];
}

@View(Client)
export class ClientView {
  @Field() uuid!: PublicId<Client>;
  @Field() name!: string;
}

@View(Contract)
export class ContractView {
  @Field() uuid!: PublicId<Contract>;
  @Field() subject!: string;
  @Field() fee!: string;
  @Field() clientUuid!: PublicId<Client>;
}

export const historyRoute = HistoryApiModule.forRoot({
  api: 'open',
  views: [ContractView, ClientView],
});

export async function migrateContracts(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE clients (name text NOT NULL)');
  await addDualId(runner, { table: 'clients', type: { id: 60, name: 'client' } });
  await runner.query(`CREATE TABLE contracts (subject text NOT NULL, fee numeric NOT NULL,
    client_id bigint NOT NULL REFERENCES clients)`);
  await addDualId(runner, { table: 'contracts', type: { id: 61, name: 'contract' } });
  await runner.query(`CREATE TABLE contract_guarantors (
    contract_id bigint REFERENCES contracts ON DELETE CASCADE,
    client_id bigint REFERENCES clients ON DELETE CASCADE, PRIMARY KEY (contract_id, client_id))`);
  await installHistory(runner);
  await addHistory(runner, { table: 'clients', keep: 'changes' });
  await addHistory(runner, { table: 'contracts', keep: 'rows' });
  await addHistory(runner, {
    table: 'contract_guarantors',
    keep: 'rows',
    record: 'contract_id',
    related: 'client_id',
  });
}

/** A later migration: the column has another name, and old images are read under it. */
export async function renameTitle(runner: SchemaRunner): Promise<void> {
  await runner.query('ALTER TABLE contracts RENAME COLUMN title TO subject');
  await addHistory(runner, { table: 'contracts', keep: 'rows', renamed: { title: 'subject' } });
}

export class GoBack {
  @IsISO8601({ strict: true }) @MaxLength(40) to!: string;
  @IsString() @MaxLength(300) seen!: string;
}

@Controller('contracts')
export class ContractsController {
  constructor(@Inject(History) private readonly history: History) {}

  @Post(':contractUuid/revert')
  @Returns(ContractView)
  revert(
    @PublicIdParam('contractUuid', Contract) uuid: PublicId<Contract>,
    @Body() { to, seen }: GoBack,
  ): Promise<ContractView> {
    return this.history.revert(ContractView, uuid, new Date(to), { seen });
  }

  @Get(':contractUuid/fee-last-year')
  @ReturnsSchema({
    type: 'object',
    properties: { fee: { type: ['string', 'null'] } },
    required: ['fee'],
  })
  async feeLastYear(@PublicIdParam('contractUuid', Contract) uuid: PublicId<Contract>) {
    const lastYear = new Date();
    lastYear.setFullYear(lastYear.getFullYear() - 1);
    const { knowledge, value } = await this.history.asOf(ContractView, uuid, lastYear);
    return { fee: knowledge === 'known' ? value!.fee : null };
  }
}

/** Everything that somebody changed on one day, with what was changed in the same transactions. */
export async function dayOf(history: History, actorUuid: string, day: string) {
  const views = [ContractView, ClientView];
  const { items } = await history.byActor(actorUuid, views, { limit: 100 });
  const own = items.filter(({ changedAt }) => changedAt.toISOString().startsWith(day));
  return Promise.all(own.map(({ version }) => history.byTransaction(version, views)));
}

/** Who vouched for a contract, and who entered it. */
export async function guarantorsOf(history: History, contractUuid: string) {
  const { items } = await history.links(Contract, 'guarantors', contractUuid);
  return items.map(({ operation, uuid, changedAt, actorUuid }) => ({
    operation,
    clientUuid: uuid,
    changedAt,
    actorUuid,
  }));
}
