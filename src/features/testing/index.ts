export { Canaries } from './canaries/canaries.js';
export type { Sighting } from './canaries/canaries.js';
export type { CanaryRange } from './canaries/canary-range.js';
export { plantCanaries } from './canaries/plant-canaries.js';
export { crawl } from './crawl/crawl.js';
export type { CrawlOptions, CrawlReport, CrawlTarget } from './crawl/crawl.js';
export type { CrawlFinding } from './crawl/exchange.js';
export type { Addresses, Late } from './crawl/handed-in.js';
export type { Queries } from './crawl/query-maker.js';
export type { RouteReport } from './crawl/session.js';
export { expectNoInternalIds, inspectApplication } from './expect-no-internal-ids.js';
export type { LeakTestOptions, LeakTestReport } from './expect-no-internal-ids.js';
export { checkFeed } from './feed/check-feed.js';
export type { FeedCheckOptions } from './feed/check-feed.js';
export type {
  Appended,
  CheckedFeed,
  Lists,
  ListStore,
  ListTransaction,
} from './feed/checked-feed.js';
export { postgresLists } from './feed/postgres-lists.js';
export type { FeedFault, FeedVerdict } from './feed/feed-verdict.js';
export { findLeaks } from './scan/find-leaks.js';
export type { Leak } from './scan/find-leaks.js';
export { readVocabulary, Vocabulary } from './scan/vocabulary.js';
export { testDatabase } from './test-database.js';
export type { TestDatabase, TestDatabaseOptions } from './test-database.js';
export { startTestServer } from './test-server.js';
export type { TestServer } from './test-server.js';
