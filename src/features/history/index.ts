export type { ActorProvider } from './actor/actor-stamp.js';
export { HistoryModule } from './history.module.js';
export type { HistoryOptions } from './history.options.js';
export { Change } from './feed/change.js';
export type { BulkRows, ChangeOperation } from './feed/change.js';
export { ChangeFeed } from './feed/change-feed.js';
export type { FeedBatch, FeedSnapshot } from './feed/feed-batch.js';
export type { BatchHandler } from './feed/feed-consumer.js';
export { FeedHealth } from './feed/feed-health.js';
export type { FeedState } from './feed/feed-health.js';
export type { FeedHealthOptions } from './feed/feed-health.options.js';
export type { ConsumeOptions, FollowOptions } from './feed/follow.options.js';
export {
  addHistory,
  grantHistory,
  installHistory,
  removeHistory,
  uninstallHistory,
} from './history.schema.js';
export { HistoryApiModule } from './history-api.module.js';
export type { HistoryApiOptions } from './journal/api/history-api.options.js';
export type { Activity } from './journal/activity.js';
export type { Difference } from './journal/difference.js';
export { History } from './journal/history.js';
export { journalProviders } from './journal/journal-providers.js';
export type { LinkVersion } from './journal/link-history.js';
export type { Moment } from './journal/moment.js';
export type { RevertOptions } from './journal/revert.js';
export type { Recorded } from './journal/shown-image.js';
export type { Knowledge } from './journal/state.js';
export type { HistoryOperation, StateAt, Version } from './journal/version.js';
export type { HistoryRequest } from './journal/history-request.js';
export type { HistoryTable, Keep, LoggedTable } from './schema/history-table.js';
