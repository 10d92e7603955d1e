import type { INestApplication } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import type { ViewClass } from './view/view-spec.js';

/** What the `dual-id` command needs to know about an application. */
export interface DualIdConfig {
  /** The application's data source options for a connection string. */
  readonly dataSource: (url: string) => DataSourceOptions;
  /** The application's import plan, made by `defineImportPlan`. */
  readonly import?: object;
  /** Generates data in the layout that the application imports. */
  readonly generate?: DataGenerator;
  /** The views that `dual-id export` finds by name. */
  readonly views?: readonly ViewClass[];
  /** The views in which `dual-id history` shows entities, one for each. */
  readonly history?: readonly ViewClass[];
  /**
   * Returns the options of `ApiKeysModule`, for `dual-id keys`. Only that command calls it, because
   * only that one needs the peppers.
   */
  readonly apiKeys?: () => object | Promise<object>;
  /** Creates the application for a connection string; `dual-id doctor` checks its routes. */
  readonly application?: (url: string) => Promise<INestApplication>;
}

/** Generates data in files. The same request produces the same bytes on every machine. */
export interface DataGenerator {
  /** Sizes that can be changed from their defaults; each is an option of the command. */
  readonly sizes?: Readonly<Record<string, GeneratedSize>>;
  /** Writes the files. Throws an error with a next step if the request cannot be met. */
  readonly generate: (request: GenerateRequest) => Promise<readonly GeneratedFile[]>;
}

/** A number that a request may choose, 1 or more. */
export interface GeneratedSize {
  readonly defaultSize: number;
  readonly maxSize: number;
  readonly summary: string;
}

/** What data to generate. */
export interface GenerateRequest {
  /** How many users, 1 or more. */
  readonly users: number;
  /** Any text; another one generates different data. */
  readonly seed: string;
  /** The folder for the files, created if absent. */
  readonly folder: string;
  /** Every size of the generator by name, with the default if none was chosen. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** A generated file. */
export interface GeneratedFile {
  readonly name: string;
  /** Number of records, without the header. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Declares an application's part of the `dual-id` command. The module that exports it as `config`
 * is named in package.json: `"dualId": { "config": "dist/dual-id.config.js" }`.
 */
export function defineDualIdConfig<Config extends DualIdConfig>(config: Config): Config {
  return config;
}
