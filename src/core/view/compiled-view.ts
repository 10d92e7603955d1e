import type { EntityMetadata } from 'typeorm';
import type { Row } from '../database/row.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { Select } from './select.js';
import type { ViewClass, ViewOptions } from './view-spec.js';

/** A view after boot: the SQL that reads it, the schema that describes it, and its reader. */
export interface CompiledView<V extends object = object> {
  readonly viewClass: ViewClass<V>;
  readonly name: string;
  readonly entity: EntityMetadata;
  readonly options: ViewOptions;
  /** Exactly what a response may contain. */
  readonly schema: JsonSchema;
  /** The select list and joins; repositories add where, order and limit. */
  readonly select: Select;
  /** Position of the public id or slug in a row; undefined for entities that have neither. */
  readonly addressAt: number | undefined;
  /** Position of the version in a row; undefined for entities without a version column. */
  readonly versionAt: number | undefined;
  /**
   * Whether a row can hold a value that the view cannot show. Writing such a row reads it back
   * before COMMIT.
   */
  readonly mayFail: boolean;
  /** Converts a row to a view; a value that it cannot show is `internal`. */
  readonly read: (row: Row) => V;
  /**
   * Converts one row of several: a value that cannot be shown becomes null if its schema allows.
   */
  readonly readAmongOthers: (row: Row) => V;
}

const viewVersionKey = Symbol('nest-dual-id:version');

/** Records the version at which a view was read; it becomes the ETag and never appears in JSON. */
export function noteVersion(view: object, version: number): void {
  (view as { [viewVersionKey]?: number })[viewVersionKey] = version;
}

/** The version at which a view was read, or undefined if its entity has none. */
export function versionOf(view: unknown): number | undefined {
  return typeof view === 'object' && view !== null
    ? (view as { [viewVersionKey]?: number })[viewVersionKey]
    : undefined;
}
