import { Controller, Delete, Get, Module, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Principal, PublicId, SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  CurrentPrincipal,
  currentActor,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdFastifyAdapter,
  DualIdModule,
  DualIdRepository,
  Field,
  InjectDualId,
  installDualId,
  Many,
  PublicIdParam,
  PublicIds,
  Requires,
  Returns,
  ReturnsNothing,
  SignedIn,
  View,
} from 'nest-dual-id';
import { addHistory, History, HistoryModule, installHistory } from 'nest-dual-id/history';
import {
  Group,
  Identity,
  IdentityModule,
  installIdentity,
  JwtVerifier,
  Permission,
  PrincipalGroups,
  PrincipalRoles,
  Role,
} from 'nest-dual-id/identity';
import { Column, DeleteDateColumn } from 'typeorm';

@DualId({ table: 'nurses', type: 61, named: ['name'] })
export class Nurse extends DualIdEntity {
  @Column('text') name!: string;
  @DeleteDateColumn({ type: 'timestamptz', name: 'deleted_at' }) deletedAt!: Date | null;
  @PrincipalRoles() roles!: Role[];
  @PrincipalGroups() groups!: Group[];
}

@View(Nurse)
export class NurseView {
  @Field() uuid!: PublicId<Nurse>;
  @Field() name!: string;
  @PublicIds('roles') roleUuids!: string[];
}

@View(Group)
export class WardView {
  @Field() uuid!: PublicId<Group>;
  @Field() name!: string;
  @Many(() => NurseView, 'groups') nurses!: NurseView[];
}

export const nurseEntities = [Nurse, Group, Role, Permission];

export async function migrateNurses(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE nurses (name text NOT NULL, deleted_at timestamptz)');
  await addDualId(runner, {
    table: 'nurses',
    type: { id: 61, name: 'nurse' },
    namedBy: ['name'],
    deletedAt: 'deleted_at',
  });
  await installIdentity(runner, { principal: { table: 'nurses' } });
  await installHistory(runner);
  await addHistory(runner, {
    schema: 'dual_id',
    table: 'principal_roles',
    keep: 'rows',
    record: 'principal_id',
    related: 'role_uuid',
  });
}

/** What a new database begins with: the roles of the hospital, and its first owner. */
export async function beginHospital(identity: Identity, firstOwnerUuid: string) {
  const read = await identity.createPermission({ name: 'charts:read' });
  const assign = await identity.createPermission({ name: 'roles:assign' });
  const nurse = await identity.createRole({ name: 'nurse' });
  const head = await identity.createRole({ name: 'head nurse' });
  const director = await identity.createRole({ name: 'director', owner: true });
  for (const { uuid: roleUuid } of [nurse, head, director]) {
    await identity.grant({ roleUuid, permissionUuid: read.uuid });
  }
  for (const { uuid: roleUuid } of [head, director]) {
    await identity.grant({ roleUuid, permissionUuid: assign.uuid });
  }
  await identity.assign({ principalUuid: firstOwnerUuid, roleUuid: director.uuid });
  return { nurse, head, director };
}

/** A role belongs to no nurse in particular. */
const anyRole = { unscoped: 'Identity says who may give it to whom.' };

@Controller('nurses')
@SignedIn()
export class NursesController {
  constructor(
    @InjectDualId(Nurse) private readonly nurses: DualIdRepository<Nurse>,
    private readonly identity: Identity,
  ) {}

  @Get(':uuid')
  @Requires('charts:read')
  @Returns(NurseView)
  show(@PublicIdParam('uuid', Nurse) uuid: PublicId<Nurse>) {
    return this.nurses.get(NurseView, uuid);
  }

  @Put(':uuid/roles/:roleUuid')
  @Requires('roles:assign')
  @ReturnsNothing()
  async assign(
    @PublicIdParam('uuid', Nurse) principalUuid: PublicId<Nurse>,
    @PublicIdParam('roleUuid', Role, anyRole) roleUuid: PublicId<Role>,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    await this.identity.assign({ principalUuid, roleUuid }, by);
  }

  @Delete(':uuid/roles/:roleUuid')
  @Requires('roles:assign')
  @ReturnsNothing()
  async unassign(
    @PublicIdParam('uuid', Nurse) principalUuid: PublicId<Nurse>,
    @PublicIdParam('roleUuid', Role, anyRole) roleUuid: PublicId<Role>,
    @CurrentPrincipal() by: Principal,
  ): Promise<void> {
    await this.identity.unassign({ principalUuid, roleUuid }, by);
  }
}

/** Who gave a nurse her roles, and who took them. */
export async function rolesEver(history: History, nurseUuid: string) {
  const { items } = await history.links(Nurse, 'roles', nurseUuid);
  return items.map(({ operation, uuid, actorUuid }) => ({ operation, uuid, actorUuid }));
}

/** Recognizes people by the tokens of the hospital's own sign-in. */
export function hospitalSignIn(): JwtVerifier {
  const signIn = new JwtVerifier({
    issuer: 'https://sign-in.example',
    audience: 'hospital',
    jwksUri: 'https://sign-in.example/.well-known/jwks.json',
    scopeClaim: 'scope',
  });
  return signIn;
}

export async function createHospital(
  url: string,
  signIn: JwtVerifier,
): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: nurseEntities })),
      DualIdModule.forRoot(),
      DualIdModule.forFeature([Nurse]),
      HistoryModule.forRoot({ actor: currentActor }),
      IdentityModule.forRoot({ principal: Nurse, authenticators: [signIn] }),
    ],
    controllers: [NursesController],
  })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
    abortOnError: false,
  });
}
