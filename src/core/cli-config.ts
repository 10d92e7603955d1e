import type { INestApplication } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import type { ViewClass } from './view/view-spec.js';

/** What the `dual-id` command must know of an application. */
export interface DualIdConfig {
  /** Options of the application's data source for a connection string. */
  readonly dataSource: (url: string) => DataSourceOptions;
  /** The application's import plan, made by `defineImportPlan`. */
  readonly import?: object;
  /** What makes up data in the layout that the application imports. */
  readonly generate?: DataGenerator;
  /** The views that `dual-id export` finds by name. */
  readonly views?: readonly ViewClass[];
  /** Makes the application for a connection string; `dual-id doctor` looks at its routes. */
  readonly application?: (url: string) => Promise<INestApplication>;
}

/** Makes up data in files. The same request gives the same bytes on every machine. */
export interface DataGenerator {
  /** What can be had in another number than usual; each is an option of the command. */
  readonly sizes?: Readonly<Record<string, GeneratedSize>>;
  /** Writes the files. Throws an error that says what to do when the request cannot be met. */
  readonly generate: (request: GenerateRequest) => Promise<readonly GeneratedFile[]>;
}

/** A number that a request may choose, from 1 on. */
export interface GeneratedSize {
  readonly usual: number;
  readonly most: number;
  readonly summary: string;
}

/** What data to make up. */
export interface GenerateRequest {
  /** How many users, 1 or more. */
  readonly users: number;
  /** Any text; another one gives other data. */
  readonly seed: string;
  /** The folder for the files, made when it is absent. */
  readonly folder: string;
  /** Every size of the generator by name, the usual one where none was chosen. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** A file that was made. */
export interface GeneratedFile {
  readonly name: string;
  /** Records without the header. */
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Declares an application's part of the `dual-id` command. A module that exports it as `config` is
 * named in package.json: `"dualId": { "config": "dist/dual-id.config.js" }`.
 */
export function defineDualIdConfig<Config extends DualIdConfig>(config: Config): Config {
  return config;
}
