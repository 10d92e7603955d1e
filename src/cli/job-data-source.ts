import { DataSource } from 'typeorm';
import type { DualIdConfig } from '../core/cli-config.js';
import { forJob } from '../core/data-source/limits.js';
import { QuietLogger } from './quiet-logger.js';

/** Connects a command that reads rows: with the application's entities, and none of its migrations. */
export function openForJob({ dataSource }: DualIdConfig, url: string): Promise<DataSource> {
  const options = { ...dataSource(url), migrations: [], logger: new QuietLogger() };
  return new DataSource(forJob(options)).initialize();
}
