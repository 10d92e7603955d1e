import type { JsonSchema } from '../json-schema/json-schema.js';

/** A response class. It needs a constructor without arguments. */
export type ViewClass<V extends object = object> = new () => V;

/** A property of an entity, or one behind to-one relations: `status`, `department.slug`. */
export type ColumnPath = string;

/** How a filter compares: a column path alone means equality. */
export type FilterSpec =
  ColumnPath | { readonly path: ColumnPath; readonly operator: '=' | '>=' | '<=' | '>' | '<' };

/** Options for the pages of a view. Nothing is sortable or filterable unless declared. */
export interface ViewOptions {
  /** The schema's name in the API description; the class name by default. */
  readonly name?: string;
  /** Fields a page may be sorted by, ascending (`name`) or descending (`-name`). */
  readonly sort?: readonly string[];
  /** The order of a page without `sort`, such as `-createdAt`. The first `sort` by default. */
  readonly defaultSort?: string;
  /** Query parameters that filter; each refers to a field of the view or the path of a column. */
  readonly filters?: readonly string[] | Readonly<Record<string, FilterSpec>>;
  /** Text columns that `q` searches, anywhere in the text and ignoring case. */
  readonly search?: readonly ColumnPath[];
  /** Values shown as the example in the API description; the rest is generated from the schema. */
  readonly example?: Readonly<Record<string, unknown>>;
}

/** What `@View` records on a class. */
export interface ViewSpec {
  readonly entity: abstract new (...args: never[]) => object;
  readonly options: ViewOptions;
}

/** Order and bound of a to-many field. */
export interface ManyOptions {
  /** Property of the listed entity that orders the list. */
  readonly orderBy?: ColumnPath;
  /** The maximum number of rows listed. Default 1000. */
  readonly limit?: number;
}

/** Names a column of the viewed row for use in SQL. */
export type ColumnReference = (property: string) => string;

export interface ColumnField {
  readonly kind: 'column';
  readonly property: string;
  readonly path: ColumnPath;
  readonly schema: JsonSchema | undefined;
  readonly designType: unknown;
}

export interface NestedField {
  readonly kind: 'nested';
  readonly property: string;
  readonly view: () => ViewClass;
}

export interface ManyField extends ManyOptions {
  readonly kind: 'many';
  readonly property: string;
  readonly view: () => ViewClass;
  /**
   * The to-one relation of the listed entity; without it the property is a `@ManyToMany` relation.
   */
  readonly through?: string;
}

export interface PublicIdsField extends ManyOptions {
  readonly kind: 'publicIds';
  readonly property: string;
  /** The `@ManyToMany` relation of the viewed entity. */
  readonly relation: string;
}

/** Options of a `@Computed` property. */
export interface ComputedOptions {
  /** Why the name of an internal id in the SQL reveals none, if its position does not prove it. */
  readonly showsNoId?: string;
}

export interface ComputedField {
  readonly kind: 'computed';
  readonly property: string;
  readonly schema: JsonSchema;
  readonly sql: (row: ColumnReference) => string;
  readonly options: ComputedOptions;
}

export type FieldSpec = ColumnField | NestedField | ManyField | PublicIdsField | ComputedField;
