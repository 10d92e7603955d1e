import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsIn } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import type { SchemaRunner } from 'nest-dual-id';
import {
  addDualId,
  DualId,
  dualIdDataSource,
  DualIdEntity,
  DualIdFastifyAdapter,
  DualIdModule,
  installDualId,
} from 'nest-dual-id';
import { addRelationType, installRelations, RelationsModule } from 'nest-dual-id/relations';
import { Column } from 'typeorm';

@DualId({ table: 'teams', type: 60, named: ['name'] })
export class Team extends DualIdEntity {
  @Column('text') name!: string;
}

/** The metadata of an edge: the API neither accepts nor returns anything else. */
export class Membership {
  @IsIn(['lead', 'guest']) role!: string;
}

/** Who may see and change how teams are related. */
@Injectable()
export class StaffGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return headers.authorization === 'Bearer staff';
  }
}

export async function migrateTeams(runner: SchemaRunner): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE teams (name text NOT NULL)');
  await addDualId(runner, { table: 'teams', type: { id: 60, name: 'team' }, namedBy: ['name'] });
  await installRelations(runner);
  await addRelationType(runner, { id: 20, name: 'before', inverse: 'after', acyclic: true });
}

export async function createTeams(url: string): Promise<NestFastifyApplication> {
  @Module({
    imports: [
      TypeOrmModule.forRoot(dualIdDataSource({ url, entities: [Team] })),
      DualIdModule.forRoot(),
      RelationsModule.forRoot({ api: { guards: [StaffGuard] }, metadata: Membership }),
    ],
  })
  class AppModule {}

  return NestFactory.create<NestFastifyApplication>(AppModule, new DualIdFastifyAdapter(), {
    logger: ['error'],
  });
}
