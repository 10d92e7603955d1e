import type { DataSource, EntityMetadata } from 'typeorm';
import type { Row } from '../database/row.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { ResolvedPath } from './relation-path.js';
import type { Select } from './select.js';
import type { RefuseShown } from './unshowable-values.js';
import type { ViewClass } from './view-spec.js';

/** A compiled property: its schema, and how it is read from a row. */
export interface CompiledField {
  readonly property: string;
  readonly schema: JsonSchema;
  /** Whether it may contain a value that its schema does not describe. */
  readonly mayFail: boolean;
  readonly read: (row: Row, refuse: RefuseShown) => unknown;
  /** How many items of a list are shown; one more is read if there are more. */
  readonly limit?: number;
}

/** What a field's compiler needs from the view's compiler. */
export interface FieldContext {
  readonly dataSource: DataSource;
  readonly viewName: string;
  readonly entity: EntityMetadata;
  readonly select: Select;
  /** Relations from the select's root to the entity the fields belong to. */
  readonly path: ResolvedPath['relations'];
  readonly entityOf: (view: ViewClass) => EntityMetadata;
  /** Compiles the fields of a nested view into a select. */
  readonly nest: (view: ViewClass, select: Select, path: ResolvedPath['relations']) => NestedShape;
}

/** A nested view: its schema and its reader. */
export interface NestedShape {
  readonly schema: JsonSchema;
  readonly mayFail: boolean;
  readonly read: (row: Row, refuse: RefuseShown) => object;
}
