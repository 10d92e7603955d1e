import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { Global, Inject, Injectable, Module } from '@nestjs/common';
import { AccessControl } from '../../core/access/access-control.js';
import { declaredAccess } from '../../core/access/api-access.js';
import { OwnHandledOr } from '../../core/access/policy.decorators.js';
import { Database } from '../../core/database/database.js';
import { requireFeature } from '../../core/module/feature-check.js';
import { keysController } from './api/keys.controller.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeys } from './api-keys.js';
import type { ApiKeysOptions } from './api-keys.options.js';
import { warnOfPepper } from './token/pepper-proofs.js';

const apiKeysFeature = {
  module: 'ApiKeysModule',
  tables: ['api_keys', 'api_key_peppers', 'access_version'],
  install: 'installApiKeys',
  grant: 'grantApiKeys',
};

/** Refuses to start without the tables, and tells of peppers with which no key is recognized. */
@Injectable()
class ApiKeysCheck implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ApiKeys) private readonly keys: ApiKeys,
  ) {}

  async onModuleInit(): Promise<void> {
    await requireFeature(this.database, apiKeysFeature);
    for (const version of await this.keys.differingPeppers()) warnOfPepper(version);
  }
}

/** Makes `ApiKeys` injectable in the whole application. */
@Global()
@Module({})
export class ApiKeysModule {
  static forRoot(options: ApiKeysOptions): DynamicModule {
    return {
      module: ApiKeysModule,
      controllers: options.api === undefined ? [] : [keysController(accessOf(options.api))],
      providers: [
        ApiKeysCheck,
        {
          provide: ApiKeys,
          // The options, which contain the peppers, are a provider of nobody.
          useFactory: (database: Database, access: AccessControl) =>
            new ApiKeys(database, options, access),
          inject: [Database, AccessControl],
        },
        {
          provide: ApiKeyAuthenticator,
          useFactory: (keys: ApiKeys, access: AccessControl) => {
            const authenticator = new ApiKeyAuthenticator(keys);
            if (options.guardsRoutes) access.authenticateWith(authenticator);
            return authenticator;
          },
          inject: [ApiKeys, AccessControl],
        },
      ],
      exports: [ApiKeys, ApiKeyAuthenticator],
    };
  }
}

/** Whoever may not manage all keys manages their own. */
function accessOf(api: NonNullable<ApiKeysOptions['api']>): ClassDecorator {
  const { controller } = declaredAccess('ApiKeysModule', api);
  if (!('permission' in api)) return controller;
  return OwnHandledOr(api.permission);
}
