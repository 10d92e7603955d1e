import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { featureCheck } from '../../core/module/feature-check.js';
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
      providers: [
        ApiKeysCheck,
        {
          provide: ApiKeys,
          // The options, which contain the peppers, are a provider of nobody.
          useFactory: (database: Database) => new ApiKeys(database, options),
          inject: [Database],
        },
        ApiKeyAuthenticator,
      ],
      exports: [ApiKeys, ApiKeyAuthenticator],
    };
  }
}
