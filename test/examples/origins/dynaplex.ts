import { Body, Controller, Get, Post } from '@nestjs/common';
import { IsString } from 'class-validator';
import type { DualIdRepository, Page, PageRequest, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  addGuidId,
  Bind,
  DualId,
  DualIdEntity,
  Field,
  GuidEntity,
  GuidId,
  InjectDualId,
  installDualId,
  IsPublicId,
  PageOf,
  Returns,
  ReturnsPage,
  View,
} from 'nest-dual-id';
import { Column, JoinColumn, ManyToOne } from 'typeorm';

/** A guid entity: its only key is a UUIDv7 that the application makes. */
@GuidId({ table: 'access_roles', type: 33, named: ['title'] })
export class AccessRole extends GuidEntity {
  @Column('text') title!: string;
}

/** Every row has a passport; a composite key ties both its ids and its type to it. */
@DualId({ table: 'operators', type: 30, uuidVersion: 7, named: ['name'] })
export class Operator extends DualIdEntity {
  @Column('text') name!: string;

  @ManyToOne(() => AccessRole, { nullable: false })
  @JoinColumn()
  role!: AccessRole;
}

@View(AccessRole, { sort: ['title'] })
export class AccessRoleView {
  @Field() uuid!: PublicId<AccessRole>;
  @Field() title!: string;
}

@View(Operator)
export class OperatorView {
  @Field() uuid!: PublicId<Operator>;
  @Field() name!: string;
  @Field() roleUuid!: PublicId<AccessRole>;
}

export class CreateOperator {
  @IsString() name!: string;
  @IsPublicId(AccessRole) roleUuid!: PublicId<AccessRole>;
}

@Controller('roles')
export class AccessRolesController {
  constructor(@InjectDualId(AccessRole) private readonly roles: DualIdRepository<AccessRole>) {}

  @Get()
  @ReturnsPage(AccessRoleView)
  list(@PageOf(AccessRoleView) page: PageRequest): Promise<Page<AccessRoleView>> {
    return this.roles.page(AccessRoleView, page);
  }
}

@Controller('operators')
export class OperatorsController {
  constructor(@InjectDualId(Operator) private readonly operators: DualIdRepository<Operator>) {}

  @Get(':operatorUuid')
  @Returns(OperatorView)
  get(@Bind('operatorUuid', OperatorView) operator: OperatorView): OperatorView {
    return operator;
  }

  @Post()
  @Returns(OperatorView, { location: '/operators/:uuid' })
  create(@Body() input: CreateOperator): Promise<OperatorView> {
    return this.operators.create(OperatorView, input);
  }
}

export async function migrateOperators(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE access_roles (title text NOT NULL)');
  const roleType = { id: 33, name: 'access_role' };
  await addGuidId(runner, { table: 'access_roles', type: roleType, namedBy: ['title'] });
  await runner.query(`CREATE TABLE operators (
    name text NOT NULL,
    role_uuid uuid NOT NULL REFERENCES access_roles (uuid))`);
  const operatorType = { id: 30, name: 'operator' };
  await addDualId(runner, { table: 'operators', type: operatorType, namedBy: ['name'] });
}
