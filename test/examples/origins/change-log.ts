import { Body, Controller, Delete, Get, Inject, Patch, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { DualIdRepository, Principal, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  CurrentPrincipal,
  Database,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  IsPublicId,
  problem,
  PublicIdParam,
  Requires,
  Returns,
  ReturnsNothing,
  ReturnsSchema,
  SignedIn,
  statement,
  View,
} from 'nest-dual-id';
import { ApiKeysModule, installApiKeys } from 'nest-dual-id/api-keys';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

@DualId({ table: 'plans', type: 61 })
export class Plan extends DualIdEntity {
  @Column('text') name!: string;
}

@DualId({ table: 'accounts', type: 60 })
export class Account extends DualIdEntity {
  @Column('text') email!: string;
  @ManyToOne(() => Plan, { nullable: false }) @JoinColumn() plan!: Plan;
}

@View(Account)
export class AccountView {
  @Field() uuid!: PublicId<Account>;
  @Field() email!: string;
  @Field('plan.name') plan!: string;
}

export class NewAccount {
  @IsString() email!: string;
  @IsPublicId(Plan) planUuid!: PublicId<Plan>;
}

export class AccountInput {
  @IsOptional() @IsString() email?: string;
  @IsOptional() @IsPublicId(Plan) planUuid?: PublicId<Plan>;
}

/** Keys act for accounts; whoever manages accounts has one that acts for nobody. */
export const keysOfAccounts = (pepper: string) =>
  ApiKeysModule.forRoot({
    prefix: 'meter',
    environment: 'live',
    peppers: { 1: pepper },
    guardsRoutes: true,
    api: { permission: 'keys:manage' },
  });

@Controller('accounts')
@Requires('accounts:manage')
export class AccountsController {
  constructor(@InjectDualId(Account) private readonly accounts: DualIdRepository<Account>) {}

  @Post()
  @Returns(AccountView)
  create(@Body() input: NewAccount): Promise<AccountView> {
    return this.accounts.create(AccountView, input);
  }

  @Patch(':accountUuid')
  @Returns(AccountView)
  change(
    @PublicIdParam('accountUuid', Account) uuid: PublicId<Account>,
    @Body() input: AccountInput,
  ): Promise<AccountView> {
    return this.accounts.update(AccountView, uuid, input);
  }

  @Delete(':accountUuid')
  @ReturnsNothing()
  remove(@PublicIdParam('accountUuid', Account) uuid: PublicId<Account>): Promise<void> {
    return this.accounts.remove(uuid);
  }
}

/** What a key knows: its account, and the plan of it. */
@Controller('account')
@SignedIn()
export class OwnAccountController {
  constructor(@InjectDualId(Account) private readonly accounts: DualIdRepository<Account>) {}

  @Get()
  @Returns(AccountView)
  show(@CurrentPrincipal() { uuid }: Principal): Promise<AccountView> {
    if (uuid === null) throw problem('forbidden', { detail: 'The key acts for no account.' });
    return this.accounts.get(AccountView, uuid as PublicId<Account>);
  }
}

const change = {
  type: 'object',
  properties: {
    entity: { type: 'string' },
    recordUuid: { type: 'string', format: 'uuid' },
    operation: { enum: ['INSERT', 'UPDATE', 'DELETE'] },
    occurredAt: { type: 'string', format: 'date-time' },
  },
  required: ['entity', 'recordUuid', 'operation', 'occurredAt'],
} as const;

/** The newest changes of any table: an integer names the record inside, its UUID outside. */
const newestChanges = statement(`SELECT l.table_name, c.uuid, l.operation, l.occurred_at
  FROM dual_id.change_log l JOIN dual_id.changes c USING (change_id)
  ORDER BY l.change_id DESC LIMIT 100`);

@Controller('changes')
@Requires('accounts:manage')
export class ChangesController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Get()
  @ReturnsSchema({ type: 'array', items: change })
  async list(): Promise<object[]> {
    const rows = await this.database.rows(newestChanges);
    return rows.map(([entity, recordUuid, operation, occurredAt]) => ({
      entity,
      recordUuid,
      operation,
      occurredAt,
    }));
  }
}

/** Every table is logged in the same way, because every table has an integer id. */
export async function migrateAccounts(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE plans (name text NOT NULL)');
  await addDualId(runner, { table: 'plans', type: { id: 61, name: 'plan' } });
  await runner.query(`CREATE TABLE accounts (
    email text NOT NULL, plan_id bigint NOT NULL REFERENCES plans (id))`);
  await addDualId(runner, { table: 'accounts', type: { id: 60, name: 'account' } });
  await installApiKeys(runner);
  await installHistory(runner);
  await addHistory(runner, { table: 'plans', keep: 'ids' });
  await addHistory(runner, { table: 'accounts', keep: 'ids' });
  await addHistory(runner, {
    schema: 'dual_id',
    table: 'api_keys',
    keep: 'ids',
    ignore: ['last_used_at'],
  });
}
