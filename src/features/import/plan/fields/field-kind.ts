import type { ImportFile } from '../import-plan.js';
import type { TargetColumnType } from '../target-table.js';
import type { FieldType } from './field-type.js';

/** A field of the file and the column that it fills. */
export interface PlannedField<T extends FieldType = FieldType> {
  readonly source: T;
  readonly target: TargetColumnType;
  /** SQL of the field's text. */
  readonly staged: string;
  /** What a person calls it. */
  readonly label: string;
}

/** The fast reader of a type of field: how fields become what COPY reads. */
export interface FieldReader {
  /**
   * The text that COPY reads for a field, or undefined for a field that needs the checks. It passes
   * less than the checks in SQL do and never more: what it passes, they would.
   */
  readonly read: (field: string) => string | undefined;
  /** Numbers written in digits alone that COPY takes as they are, or refuses. */
  readonly wholes?: { readonly min: number; readonly max: number };
}

/** All that the import knows of one type of field. */
export interface FieldKind<T extends FieldType = FieldType> {
  /** Whether a column takes such fields. */
  takes(column: TargetColumnType, source: T): boolean;
  /** The cases of a CASE in SQL that say what is wrong with a field; the cast follows them all. */
  problems(field: PlannedField<T>, entry: ImportFile): string[];
  /** The reader of fields; undefined where SQL alone can read them. */
  reader(field: PlannedField<T>, entry: ImportFile): FieldReader | undefined;
  /** SQL of the value, where it is more than the text cast to the column's type. */
  typedSql?(field: PlannedField<T>): string;
  /** Functions in `pg_temp` that the cases call, as the statements that make them by name. */
  functions?(field: PlannedField<T>): Readonly<Record<string, string>>;
}
