import type { DynamicModule } from '@nestjs/common';
import { Global, Inject, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccessControl } from '../access/access-control.js';
import { BodyPipe } from '../body/body.pipe.js';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import type { Addressable } from '../definition/address.js';
import { Persons } from '../erasure/persons.js';
import { Readiness } from '../health/readiness.js';
import { ApplicationFilters } from '../http/application-filters.js';
import { BindPublicIdPipe } from '../http/bind-public-id.pipe.js';
import { BindViewPipe } from '../http/bind-view.pipe.js';
import { IdTranslators } from '../http/id-translation.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { RouteChecks } from '../http/route-checks.js';
import { RouteCompiler } from '../http/route-compiler.js';
import type { DualIdModuleOptions } from '../options/module-options.js';
import { DUAL_ID_OPTIONS } from '../options/module-options.js';
import { CursorCipher } from '../page/cursor.js';
import { PassportScope } from '../reading/passport-scope.js';
import { Repositories } from '../repository/repositories.js';
import { ViewRegistry } from '../view/view-registry.js';
import { ConfigurableModuleClass, OPTIONS_TYPE } from './dual-id.module-definition.js';
import { EnrolledTablesCheck } from './enrolled-tables-check.js';
import { OwnersCheck } from './owners-check.js';
import { PoolerCheck } from './pooler-check.js';
import { SettingsCheck } from './settings-check.js';
import { SchemaCheck } from './schema-check.js';
import { InheritedPolicies } from './inherited-policies.js';
import { TransportCheck } from './transport-check.js';

type AddressableClass = abstract new (...args: never[]) => Addressable;

/** Injects the repository of an entity listed in `DualIdModule.forFeature`. */
export const InjectDualId = (entity: AddressableClass) => Inject(tokenOf(entity));

/**
 * The guarantees, enabled for a whole application: response schemas, request checks, problem
 * documents and repositories by public id. Import it once with `forRoot`, next to TypeORM's module.
 */
@Global()
@Module({
  providers: [
    AccessControl,
    Database,
    Readiness,
    ViewRegistry,
    Repositories,
    PassportScope,
    Persons,
    IdTranslators,
    RouteCompiler,
    RouteChecks,
    SchemaCheck,
    EnrolledTablesCheck,
    OwnersCheck,
    PoolerCheck,
    SettingsCheck,
    TransportCheck,
    InheritedPolicies,
    BindViewPipe,
    BindPublicIdPipe,
    ApplicationFilters,
    ProblemFilter,
    {
      provide: CursorCipher,
      useFactory: ({ secret }: DualIdModuleOptions) => new CursorCipher(secret),
      inject: [DUAL_ID_OPTIONS],
    },
    { provide: APP_FILTER, useExisting: ProblemFilter },
    { provide: APP_PIPE, useClass: BodyPipe },
  ],
  exports: [
    AccessControl,
    CursorCipher,
    DUAL_ID_DATA_SOURCE,
    Database,
    PassportScope,
    Persons,
    IdTranslators,
    Readiness,
    ViewRegistry,
    Repositories,
    RouteChecks,
    ProblemFilter,
  ],
})
export class DualIdModule extends ConfigurableModuleClass {
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return super.forRoot(options);
  }

  /** Makes the repositories of these entities injectable with `@InjectDualId`. */
  static forFeature(entities: readonly AddressableClass[]): DynamicModule {
    const providers = entities.map((entity) => ({
      provide: tokenOf(entity),
      useFactory: (repositories: Repositories) => repositories.of(entity),
      inject: [Repositories],
    }));
    return { module: DualIdFeature, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** Provides the repositories of one `forFeature`. */
@Module({})
class DualIdFeature {}

const tokens = new WeakMap<object, symbol>();

function tokenOf(entity: AddressableClass): symbol {
  const known = tokens.get(entity);
  if (known) return known;
  const token = Symbol(`DualIdRepository<${entity.name}>`);
  tokens.set(entity, token);
  return token;
}
