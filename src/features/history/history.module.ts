import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import { featureCheck } from '../../core/module/feature-check.js';
import { ActorRegistration } from './actor/actor-registration.js';
import { ChangeFeed } from './feed/change-feed.js';
import { FeedHealth } from './feed/feed-health.js';
import type { HistoryOptions } from './history.options.js';
import { HISTORY_OPTIONS } from './history.options.js';
import { History } from './journal/history.js';
import { journalProviders } from './journal/journal-providers.js';
import { PartitionUpkeep } from './partition-upkeep.js';

const HistoryCheck = featureCheck({
  module: 'HistoryModule',
  tables: ['changes', 'history_tables', 'dropped_changes', 'feed_consumers', 'feed_epochs'],
  install: 'installHistory',
  grant: 'grantHistory',
});

/**
 * Logs who asked for each change, keeps the log's partitions ahead of time, and makes `History`,
 * `ChangeFeed` and `FeedHealth` injectable.
 */
@Global()
@Module({})
export class HistoryModule {
  static forRoot(options: HistoryOptions = {}): DynamicModule {
    return {
      module: HistoryModule,
      providers: [
        HistoryCheck,
        ActorRegistration,
        PartitionUpkeep,
        ChangeFeed,
        FeedHealth,
        ...journalProviders,
        { provide: HISTORY_OPTIONS, useValue: options },
      ],
      exports: [ChangeFeed, FeedHealth, History],
    };
  }
}
