import type { DataSourceOptions } from 'typeorm';

/** What the `dual-id` command must know of an application. */
export interface DualIdConfig {
  /** Options of the application's data source for a connection string. */
  readonly dataSource: (url: string) => DataSourceOptions;
  /** The application's import plan, made by `defineImportPlan`. */
  readonly import?: object;
}

/**
 * Declares an application's part of the `dual-id` command. A module that exports it as `config` is
 * named in package.json: `"dualId": { "config": "dist/dual-id.config.js" }`.
 */
export function defineDualIdConfig<Config extends DualIdConfig>(config: Config): Config {
  return config;
}
