import { problem } from '../errors/problem.js';
import type { UuidVersion } from '../ids/ids.js';

/** Options of `@DualId`. */
export interface DualIdOptions {
  /** Name of the table. */
  readonly table: string;
  /** Schema of the table; the data source's default when absent. */
  readonly schema?: string;
  /**
   * Platform type, 1 to 32767: enrols the entity in the registry, so that its public id can be
   * resolved and the database itself keeps both ids together. Without it the ids are not
   * registered.
   */
  readonly type?: number;
  /** Version of new public ids, 4 by default. Version 7 reveals the time of creation. */
  readonly uuidVersion?: UuidVersion;
  /** UUID versions accepted from outside; by default 4, and also 7 if new ids have version 7. */
  readonly acceptUuidVersions?: readonly number[];
  /** First internal id for new rows; lower ones are reserved for imported history. Default 1. */
  readonly startWith?: number | bigint | string;
  /** Column names, for a table with other names: `{ id: 'user_id', uuid: 'external_user_id' }`. */
  readonly columns?: { readonly id?: string; readonly uuid?: string };
  /** Properties whose values make up the passport's name, joined with a space. */
  readonly named?: readonly string[];
  /**
   * Whose the rows are: the to-one relations that lead to their owner, such as `user` or
   * `order.user`, or `self` for an entity that is an owner. Work restricted to an owner finds and
   * changes no other rows.
   */
  readonly owner?: string;
}

/** The options with every default filled in. */
export interface DualIdDefinition {
  readonly kind: 'dual' | 'guid' | 'reference';
  readonly table: string;
  readonly schema: string | undefined;
  readonly type: number | undefined;
  readonly uuidVersion: UuidVersion;
  readonly acceptUuidVersions: readonly number[];
  readonly startWith: string;
  readonly columns: { readonly id: string; readonly uuid: string };
  readonly named: readonly string[];
}

const definitionKey = Symbol('nest-dual-id:definition');

/** Fills in the defaults and refuses invalid options. */
export function completeOptions(
  kind: DualIdDefinition['kind'],
  options: DualIdOptions,
): DualIdDefinition {
  const uuidVersion = options.uuidVersion ?? (kind === 'guid' ? 7 : 4);
  const { type } = options;
  if (type !== undefined && (!Number.isInteger(type) || type < 1 || type > 32_767)) {
    throw problem('setup_refused', {
      detail: `The platform type of table ${options.table} is ${type}, which is not a whole number from 1 to 32767.`,
    });
  }
  return {
    kind,
    table: options.table,
    schema: options.schema,
    type,
    uuidVersion,
    acceptUuidVersions: options.acceptUuidVersions ?? (uuidVersion === 7 ? [4, 7] : [4]),
    startWith: String(options.startWith ?? 1),
    columns: { id: options.columns?.id ?? 'id', uuid: options.columns?.uuid ?? 'uuid' },
    named: options.named ?? [],
  };
}

/** Records the definition on the entity class itself, so that no global state is needed. */
export function define(target: object, definition: DualIdDefinition): void {
  Reflect.defineMetadata(definitionKey, definition, target);
}

/**
 * The definition of an entity class, or undefined if it has none. TypeORM maps join tables and
 * schemas without a class, and passes their target as a string.
 */
export function definitionOf(target: object | string): DualIdDefinition | undefined {
  if (typeof target === 'string') return undefined;
  return Reflect.getMetadata(definitionKey, target) as DualIdDefinition | undefined;
}
