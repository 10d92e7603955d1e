import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  DualId,
  DualIdEntity,
  Field,
  InjectDualId,
  installDualId,
  PageOf,
  PublicIdParam,
  Returns,
  ReturnsNothing,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { Column } from 'typeorm';

@DualId({ table: 'accounts', type: 60 })
export class Account extends DualIdEntity {
  @Column('text') email!: string;
}

/** One change of any table: a uniform integer inside, the public id for everybody else. */
@DualId({ table: 'changes' })
export class Change extends DualIdEntity {
  @Column('text') entity!: string;
  @Column('bigint') recordId!: string;
  @Column('uuid') recordUuid!: string;
  @Column('text') operation!: 'INSERT' | 'UPDATE' | 'DELETE';
  @Column('timestamptz') occurredAt!: Date;
}

@View(Account)
export class AccountView {
  @Field() uuid!: PublicId<Account>;
  @Field() email!: string;
}

@View(Change, { sort: ['occurredAt'], filters: { entity: 'entity' } })
export class ChangeView {
  @Field() entity!: string;
  @Field() recordUuid!: string;
  @Field() operation!: string;
  @Field() occurredAt!: Date;
}

export class AccountInput {
  @IsString() email!: string;
}

@Controller('accounts')
export class AccountsController {
  constructor(@InjectDualId(Account) private readonly accounts: DualIdRepository<Account>) {}

  @Post()
  @Returns(AccountView)
  create(@Body() input: AccountInput): Promise<AccountView> {
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

@Controller('changes')
export class ChangesController {
  constructor(@InjectDualId(Change) private readonly changes: DualIdRepository<Change>) {}

  @Get()
  @ReturnsPage(ChangeView)
  list(@PageOf(ChangeView) page: PageRequest): Promise<Page<ChangeView>> {
    return this.changes.page(ChangeView, page);
  }
}

/** One trigger function for every table, because every table has the same two ids. */
export async function migrateAccounts(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE accounts (email text NOT NULL)');
  await addDualId(runner, { table: 'accounts', type: { id: 60, name: 'account' } });
  await runner.query(`CREATE TABLE changes (
    entity text NOT NULL,
    record_id bigint NOT NULL,
    record_uuid uuid NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp())`);
  await addDualId(runner, { table: 'changes' });
  await runner.query(`CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE changed record := coalesce(NEW, OLD);
    BEGIN
      INSERT INTO changes (entity, record_id, record_uuid, operation)
      VALUES (TG_ARGV[0], changed.id, changed.uuid, TG_OP);
      RETURN NULL;
    END $$`);
  await runner.query(`CREATE TRIGGER accounts_noted AFTER INSERT OR UPDATE OR DELETE ON accounts
    FOR EACH ROW EXECUTE FUNCTION note_change('account')`);
}
