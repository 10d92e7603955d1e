import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { isStorable, isStorableJson } from '../database/storable-text.js';
import { addressColumn } from '../entity/address.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { quoteText } from '../schema/names.js';
import { isInternalColumn } from '../view/relation-path.js';
import { nameOf, tableOf } from '../view/select.js';
import { addressReaderOf } from './addresses.js';
import type { Keep } from './stored-values.js';
import { keeperOf } from './stored-values.js';

/** Appends a value to the statement's parameters and returns its placeholder. */
export type Bind = (value: unknown) => string;

/**
 * One column of a write. Its value is ready: a transformer may read the async context of its
 * caller, and the statement may be that of several callers.
 */
export interface Assignment {
  readonly column: string;
  /** Spells the value; `place` is where the input stands in the statement: `3/` in a list. */
  readonly sql: (bind: Bind, place?: string) => string;
}

/** The write an input is part of. */
export interface Write {
  readonly kind: 'insert' | 'update';
  /** Where the input stands in the request, for pointers: `3/` in a list. */
  readonly place?: string;
}

/**
 * Turns the properties of an input into columns. References by public id or slug become a
 * lookup inside the statement, which fails with the property's name when the row is missing.
 */
export class Assignments {
  readonly #keepers = new Map<ColumnMetadata, Keep | undefined>();

  constructor(
    private readonly entity: EntityMetadata,
    private readonly dataSource: DataSource,
  ) {}

  /** The columns of an input, with what its transformers make of the values right now. */
  of(input: object, write: Write, path = ''): readonly Assignment[] {
    return Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .flatMap(([property, value]) => this.#assign(`${path}${property}`, value, write));
  }

  #assign(path: string, value: unknown, write: Write): readonly Assignment[] {
    const embedded = this.entity.findEmbeddedWithPropertyPath(path);
    if (embedded)
      return this.of(
        value === null ? blank(embedded.columns) : (value as object),
        write,
        `${path}.`,
      );
    const relation = this.#reference(path);
    if (relation) return [lookUp(relation, value, path)];
    const column = this.entity.findColumnWithPropertyPath(path);
    if (!column || !isWritable(column, write.kind)) {
      throw problem('setup_refused', {
        detail: `${this.entity.name}.${path} cannot be written through its repository.`,
      });
    }
    const stored = this.#stored(column, value, path, write);
    if (!isStorableValue(stored, column)) throw unstorable(path, write.place);
    return [{ column: nameOf(column), sql: (bind) => bind(stored) }];
  }

  #stored(column: ColumnMetadata, value: unknown, path: string, { place = '' }: Write): unknown {
    const { driver } = this.dataSource;
    const keep = value === null ? undefined : this.#keeper(column);
    if (!keep) return driver.preparePersistentValue(value, column);
    const pointer = `/${pointerOf(path, place)}`;
    const kept = keep(value, (detail) =>
      problem('rule_violated', { errors: [{ pointer, detail }] }),
    );
    // TypeORM would read the text of an instant in its own way.
    return typeof kept === 'string' || Array.isArray(kept)
      ? kept
      : (driver.preparePersistentValue(kept, column) as unknown);
  }

  #keeper(column: ColumnMetadata): Keep | undefined {
    if (!this.#keepers.has(column)) {
      this.#keepers.set(column, keeperOf(column, this.dataSource.driver.normalizeType(column)));
    }
    return this.#keepers.get(column);
  }

  /** `userUuid` writes the relation `user`; lookup data is written under its relation's name. */
  #reference(path: string): RelationMetadata | undefined {
    const name = /^(.+)Uuid$/.exec(path)?.[1] ?? path;
    const relation = this.entity.findRelationWithPropertyPath(name);
    if (!relation?.isWithJoinColumn) return undefined;
    const by = addressColumn(relation.inverseEntityMetadata)?.propertyName;
    return by === (name === path ? 'slug' : 'uuid') ? relation : undefined;
  }
}

/** The server would refuse the text without a word about its property, or store another one. */
function isStorableValue(value: unknown, { type }: ColumnMetadata): boolean {
  if (Array.isArray(value))
    return value.every((item) => typeof item !== 'string' || isStorable(item));
  if (typeof value !== 'string') return true;
  return type === 'jsonb' || type === 'json' ? isStorableJson(value) : isStorable(value);
}

function unstorable(path: string, place = ''): DualIdError {
  const pointer = `/${pointerOf(path, place)}`;
  const errors = [{ pointer, detail: 'is no text that can be stored' }];
  return problem('rule_violated', { errors });
}

function pointerOf(path: string, place: string): string {
  return `${place}${path.replaceAll('.', '/')}`;
}

/** The columns of an embedded that is set to null as a whole. */
function blank(columns: readonly ColumnMetadata[]): object {
  return Object.fromEntries(columns.map(({ propertyName }) => [propertyName, null]));
}

function isWritable(column: ColumnMetadata, kind: Write['kind']): boolean {
  const { isVersion, isCreateDate, isUpdateDate, isDeleteDate, isVirtual, generatedType } = column;
  const isKept = isVersion || isCreateDate || isUpdateDate || isDeleteDate;
  if (isKept || isVirtual || generatedType !== undefined) return false;
  if (isInternalColumn(column)) return false;
  return kind === 'insert' ? column.isInsert : column.isUpdate;
}

function lookUp(relation: RelationMetadata, value: unknown, path: string): Assignment {
  const key = relation.joinColumns[0]!;
  if (value === null) return { column: nameOf(key), sql: () => 'NULL' };
  const target = relation.inverseEntityMetadata;
  // What is no address is bound as null, which finds nothing.
  const address = addressReaderOf(target)(value);
  const mark = target.deleteDateColumn;
  const alive = mark ? ` AND ${nameOf(mark)} IS NULL` : '';
  const from = `SELECT ${nameOf(key.referencedColumn!)} FROM ${tableOf(target)}`;
  const row = (bind: Bind) =>
    `${from} WHERE ${nameOf(addressColumn(target)!)} = ${bind(address)}${alive}`;
  return {
    column: nameOf(key),
    sql: (bind, place = '') =>
      `dual_id.required((${row(bind)}), ${quoteText(pointerOf(path, place))})`,
  };
}
