import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import { AccessControl } from '../../core/access/access-control.js';
import { declaredAccess } from '../../core/access/api-access.js';
import { OwnHandledOr } from '../../core/access/policy.decorators.js';
import { Database } from '../../core/database/database.js';
import { featureCheck } from '../../core/module/feature-check.js';
import { keysController } from './api/keys.controller.js';
import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeys } from './api-keys.js';
import type { ApiKeysOptions } from './api-keys.options.js';

const ApiKeysCheck = featureCheck({
  module: 'ApiKeysModule',
  tables: ['api_keys', 'access_version'],
  install: 'installApiKeys',
  grant: 'grantApiKeys',
});

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
