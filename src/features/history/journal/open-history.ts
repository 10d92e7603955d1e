import type { DataSource } from 'typeorm';
import { Database } from '../../../core/database/database.js';
import { CursorCipher } from '../../../core/page/cursor.js';
import { Repositories } from '../../../core/repository/repositories.js';
import { ViewRegistry } from '../../../core/view/view-registry.js';
import { History } from './history.js';
import { JournalParts } from './journal-parts.js';

/** The history of a data source outside of an application. */
export function openHistory(dataSource: DataSource, database: Database): History {
  const views = new ViewRegistry(dataSource);
  const repositories = new Repositories(dataSource, database, views, {});
  const parts = new JournalParts(database, new CursorCipher(undefined));
  return new History(dataSource, views, repositories, parts);
}
