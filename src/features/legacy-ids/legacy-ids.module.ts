import type { DynamicModule, Type } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { declaredAccess } from '../../core/access/api-access.js';
import { DUAL_ID_DATA_SOURCE } from '../../core/database/data-source.provider.js';
import { Database } from '../../core/database/database.js';
import { problem } from '../../core/errors/problem.js';
import { IdTranslators } from '../../core/http/id-translation.js';
import { featureCheck } from '../../core/module/feature-check.js';
import { Repositories } from '../../core/repository/repositories.js';
import { translateRoutes } from './accept/legacy-routes.js';
import { exchangeController } from './exchange/exchange.controller.js';
import { LegacyEntities } from './legacy-entities.js';
import { LegacyIds } from './legacy-ids.js';
import type { LegacyExchangeOptions, LegacyIdsOptions } from './legacy-ids.options.js';
import { LegacyWindow } from './legacy-window.js';
import { RequestLogCheck } from './request-log-check.js';
import { LegacyUses } from './uses/legacy-uses.js';

const LegacyIdsCheck = featureCheck({
  module: 'LegacyIdsModule',
  tables: ['legacy_id_uses'],
  install: 'installLegacyIds',
  grant: 'grantLegacyIds',
});

/** Enables `@AcceptsLegacyIds()` for a time, and makes `LegacyIds` injectable. */
@Global()
@Module({})
export class LegacyIdsModule {
  static forRoot(options: LegacyIdsOptions): DynamicModule {
    const window = new LegacyWindow(options);
    const { exchange } = options;
    return {
      module: LegacyIdsModule,
      controllers: exchange ? [controllerOf(exchange, options, window)] : [],
      providers: [
        LegacyIdsCheck,
        RequestLogCheck,
        {
          provide: LegacyEntities,
          useFactory: (database: Database, dataSource: DataSource) =>
            new LegacyEntities(database, dataSource, options),
          inject: [Database, DUAL_ID_DATA_SOURCE],
        },
        {
          provide: LegacyUses,
          useFactory: (database: Database) => new LegacyUses(database),
          inject: [Database],
        },
        {
          provide: LegacyIds,
          useFactory: (
            ...[database, repositories, entities, uses, translators]: [
              ...[Database, Repositories, LegacyEntities, LegacyUses, IdTranslators],
            ]
          ) => {
            translateRoutes(translators, { entities, window, uses });
            return new LegacyIds({ database, repositories, entities, window, uses });
          },
          inject: [Database, Repositories, LegacyEntities, LegacyUses, IdTranslators],
        },
      ],
      exports: [LegacyIds],
    };
  }
}

const defaultExchange = { maxNumbers: 500, numbersPerMinute: 10_000 };

function controllerOf(
  exchange: LegacyExchangeOptions,
  { entities }: LegacyIdsOptions,
  { end }: LegacyWindow,
): Type {
  const { maxNumbers, numbersPerMinute } = { ...defaultExchange, ...exchange };
  if (!isCount(maxNumbers) || maxNumbers > 1_000 || !isCount(numbersPerMinute)) {
    throw problem('setup_refused', {
      detail:
        'maxNumbers of the exchange of LegacyIdsModule is a whole number from 1 to 1000, and numbersPerMinute one above 0.',
    });
  }
  const { api, allRowsPermission } = exchange;
  const isOwn = 'permission' in (api ?? {});
  if (allRowsPermission !== undefined && !isOwn) {
    throw problem('setup_refused', {
      detail:
        'allRowsPermission of the exchange of LegacyIdsModule needs api: { permission }. Guards of the application decide whose rows there are.',
    });
  }
  return exchangeController({
    names: Object.keys(entities),
    end,
    maxNumbers,
    numbersPerMinute,
    allRowsPermission,
    isOwn,
    access: declaredAccess('LegacyIdsModule', api).controller,
  });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
