import type { DynamicModule, Provider } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../../core/database/data-source.provider.js';
import type { JsonSchema } from '../../core/json-schema/json-schema.js';
import { PassportScope } from '../../core/reading/passport-scope.js';
import type { ViewClass } from '../../core/view/view-spec.js';
import { declaredOwnAccess } from '../../core/access/api-access.js';
import type { HistoryApiOptions } from './journal/api/history-api.options.js';
import { historyController } from './journal/api/history.controller.js';
import { historySchema } from './journal/api/history-schema.js';
import { ShownHistory } from './journal/api/shown-history.js';
import { History } from './journal/history.js';
import { HistoryViews } from './journal/history-views.js';
import { journalProviders } from './journal/journal-providers.js';

/** The route `GET /registry/:uuid/history`, for callers that the application allows. */
@Module({})
export class HistoryApiModule {
  static forRoot(options: HistoryApiOptions): DynamicModule {
    // Untyped code may leave out the options; the error then says what is missing.
    const { api, views = [] } = (options ?? {}) as HistoryApiOptions;
    const { controller } = declaredOwnAccess('HistoryApiModule', api);
    const schema: JsonSchema = {};
    return {
      module: HistoryApiModule,
      controllers: [historyController(controller, schema)],
      providers: [...journalProviders, shownHistory(views, schema)],
      exports: [History],
    };
  }
}

/**
 * What a view shows is known when the entities are, and before any route is compiled: the schema of
 * the route is written into the object that its decorator was given.
 */
function shownHistory(views: readonly ViewClass[], schema: JsonSchema): Provider {
  return {
    provide: ShownHistory,
    inject: [History, PassportScope, DUAL_ID_DATA_SOURCE],
    useFactory: (history: History, scope: PassportScope, dataSource: DataSource) => {
      const ofTypes = new HistoryViews(dataSource, scope, views);
      const recorded = views.map((view) => history.recorded(view));
      Object.assign(schema, historySchema(recorded));
      return new ShownHistory(history, ofTypes);
    },
  };
}
