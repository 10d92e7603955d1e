import type { DynamicModule, OnModuleInit, Provider } from '@nestjs/common';
import { Global, Inject, Injectable, Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../../core/database/data-source.provider.js';
import { AccessControl } from '../../core/access/access-control.js';
import type { Authenticator } from '../../core/access/authenticator.js';
import { Database } from '../../core/database/database.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import { requireFeature } from '../../core/module/feature-check.js';
import { Repositories } from '../../core/repository/repositories.js';
import { Group } from './entities/group.entity.js';
import { Permission } from './entities/permission.entity.js';
import { Role } from './entities/role.entity.js';
import type { IdentityOptions } from './identity.options.js';
import { Identity } from './manage/identity.js';
import { requirePrincipal } from './principal-check.js';
import { ResolvedIds } from './resolved-ids.js';
import { Permissions, rightsLimits } from './rights/permissions.js';

const IDENTITY_OPTIONS = Symbol('IdentityOptions');

const identityFeature = {
  module: 'IdentityModule',
  tables: ['principal_roles', 'group_members', 'group_roles', 'role_permissions', 'access_version'],
  install: 'installIdentity',
  grant: 'grantIdentity',
};

/** Refuses to start without the tables, or with principals that these do not know. */
@Injectable()
class IdentityCheck implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(IDENTITY_OPTIONS) private readonly options: IdentityOptions,
  ) {}

  async onModuleInit(): Promise<void> {
    await requireFeature(this.database, identityFeature);
    await requirePrincipal(this.database, this.dataSource, this.options.principal);
  }
}

/** Tells the access control whom to ask, before the routes are registered. */
function registration(authenticators: IdentityOptions['authenticators'] = []): Provider {
  const classes = authenticators.filter((one) => typeof one === 'function');
  return {
    provide: Symbol('IdentityRegistration'),
    useFactory: (access: AccessControl, permissions: Permissions, ...provided: Authenticator[]) => {
      access.usePermissions(permissions);
      for (const one of authenticators) {
        access.authenticateWith(typeof one === 'function' ? provided.shift()! : one);
      }
      return true;
    },
    inject: [AccessControl, Permissions, ...classes],
  };
}

/** Makes `Permissions` and `Identity` injectable in the whole application. */
@Global()
@Module({})
export class IdentityModule {
  static forRoot(options: IdentityOptions): DynamicModule {
    return {
      module: IdentityModule,
      providers: [
        registration(options.authenticators),
        IdentityCheck,
        { provide: IDENTITY_OPTIONS, useValue: options },
        {
          provide: ResolvedIds,
          useFactory: (database: Database, dataSource: DataSource, repositories: Repositories) =>
            new ResolvedIds(database, dataSource, repositories, [
              options.principal,
              Group,
              Role,
              Permission,
            ]),
          inject: [Database, DUAL_ID_DATA_SOURCE, Repositories],
        },
        {
          provide: Permissions,
          useFactory: (database: Database) =>
            new Permissions(database, rightsLimits, definitionOf(options.principal)?.type),
          inject: [Database],
        },
        {
          provide: Identity,
          useFactory: (database: Database, permissions: Permissions) =>
            new Identity(database, permissions),
          inject: [Database, Permissions],
        },
      ],
      exports: [Identity, Permissions],
    };
  }
}
