import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { columnTypeOf } from '../column-types/column-types.js';
import type { KeepValue } from '../column-types/keep.js';
import { isStorable, isStorableJson } from '../database/storable-text.js';
import { addressColumn } from '../definition/address.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { addressReaderOf } from '../reading/addresses.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { quoteText } from '../sql/quoting.js';
import { andAlive } from '../sql/soft-deletion.js';
import { isInternalColumn } from '../view/relation-path.js';
import { keeperOf } from './stored-values.js';
import { relationNameOf } from '../ids/id-names.js';
import type { RequiredOwner } from './owned-references.js';
import { OwnedReferences, ownKeySql } from './owned-references.js';

/** Appends a value to the statement's parameters and returns its placeholder. */
export type BindValue = (value: unknown) => string;

/**
 * One column of a write. Its value is already computed: a transformer may read its caller's async
 * context, and several callers may share the statement.
 */
export interface Assignment {
  readonly column: string;
  /** Writes the value as SQL; `place` is the input's position in the statement: `3/` in a list. */
  readonly sql: (bind: BindValue, place?: string) => string;
}

/** The write that an input is part of. */
export interface Write {
  readonly kind: 'insert' | 'update';
  /** The input's position in the request, for pointers: `3/` in a list. */
  readonly place?: string;
}

/**
 * Turns the properties of an input into columns. References by public id or slug become a lookup
 * inside the statement, which fails with the property's name if the row is missing.
 */
export class Assignments {
  readonly #keepers = new Map<ColumnMetadata, KeepValue | undefined>();
  readonly #references: OwnedReferences;

  constructor(
    private readonly entity: EntityMetadata,
    private readonly dataSource: DataSource,
  ) {
    this.#references = new OwnedReferences(entity);
  }

  /**
   * The columns of an input, with the values its transformers return at this moment. For work that
   * is restricted to an owner, references to rows of others are missing.
   */
  of(input: object, write: Write): readonly Assignment[] {
    const assigned = this.#within(input, write, '');
    const [relation, name] = (write.kind === 'insert' && this.#references.deciding) || [];
    if (!relation) return assigned;
    const named = this.#lookup(relation, null, name!);
    return assigned.some(({ column }) => column === named.column) ? assigned : [...assigned, named];
  }

  #within(input: object, write: Write, path: string): readonly Assignment[] {
    return Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .flatMap(([property, value]) => this.#assign(`${path}${property}`, value, write));
  }

  #assign(path: string, value: unknown, write: Write): readonly Assignment[] {
    const embedded = this.entity.findEmbeddedWithPropertyPath(path);
    if (embedded)
      return this.#within(
        value === null ? blank(embedded.columns) : (value as object),
        write,
        `${path}.`,
      );
    const relation = this.#reference(path);
    if (relation) return [this.#lookup(relation, value, path)];
    const column = this.entity.findColumnWithPropertyPath(path);
    if (!column || !isWritable(column, write.kind)) {
      throw problem('misuse', {
        detail: `${this.entity.name}.${path} cannot be written through its repository.`,
      });
    }
    const owned = this.#references.behind(column);
    if (owned) return [this.#lookup(owned, value, path)];
    const stored = this.#stored(column, value, path, write);
    if (!isStorableValue(stored, column)) throw unstorable(path, write.place);
    return [{ column: nameOf(column), sql: (bind) => bind(stored) }];
  }

  #lookup(relation: RelationMetadata, value: unknown, path: string): Assignment {
    const owner = this.#references.ownerOf(relation);
    const isRequired = owner !== undefined && this.#references.decidesOwner(relation);
    return lookupAssignment(
      relation,
      isRequired ? (value ?? unknownReference) : value,
      path,
      owner,
    );
  }

  #stored(column: ColumnMetadata, value: unknown, path: string, { place = '' }: Write): unknown {
    const { driver } = this.dataSource;
    const keep = value === null ? undefined : this.#keeper(column);
    if (!keep) return driver.preparePersistentValue(value, column);
    const pointer = `/${pointerOf(path, place)}`;
    const kept = keep(value, (detail) =>
      problem('rule_violated', { errors: [{ pointer, detail }] }),
    );
    // TypeORM would parse the text of an instant in its own way.
    return typeof kept === 'string' || Array.isArray(kept)
      ? kept
      : (driver.preparePersistentValue(kept, column) as unknown);
  }

  #keeper(column: ColumnMetadata): KeepValue | undefined {
    if (!this.#keepers.has(column)) {
      this.#keepers.set(column, keeperOf(column));
    }
    return this.#keepers.get(column);
  }

  /** `userUuid` writes the relation `user`; lookup data is written under its relation's name. */
  #reference(path: string): RelationMetadata | undefined {
    const name = relationNameOf(path) ?? path;
    const relation = this.entity.findRelationWithPropertyPath(name);
    if (!relation?.isWithJoinColumn) return undefined;
    const by = addressColumn(relation.inverseEntityMetadata)?.propertyName;
    return by === (name === path ? 'slug' : 'uuid') ? relation : undefined;
  }
}

/** The server would refuse the text without naming its property, or store a different one. */
function isStorableValue(value: unknown, column: ColumnMetadata): boolean {
  if (Array.isArray(value))
    return value.every((item) => typeof item !== 'string' || isStorable(item));
  if (typeof value !== 'string') return true;
  return columnTypeOf(column)?.isJson ? isStorableJson(value) : isStorable(value);
}

function unstorable(path: string, place = ''): DualIdError {
  const pointer = `/${pointerOf(path, place)}`;
  const errors = [{ pointer, detail: 'is not a text that can be stored' }];
  return problem('rule_violated', { errors });
}

function pointerOf(path: string, place: string): string {
  return `${place}${path.replaceAll('.', '/')}`;
}

/** The columns of an embedded object that is set to null as a whole. */
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

/** An address that no row has, in place of none at all. */
const unknownReference = '';

function lookupAssignment(
  relation: RelationMetadata,
  value: unknown,
  path: string,
  owner: RequiredOwner | undefined,
): Assignment {
  const key = relation.joinColumns[0]!;
  if (value === null) return { column: nameOf(key), sql: () => 'NULL' };
  const target = relation.inverseEntityMetadata;
  // A malformed address is bound as null, which finds nothing.
  const read = addressReaderOf(target)(value);
  const isOther = owner?.isOutOfReach || (owner?.isSelf && read !== owner.owner);
  const address = isOther ? undefined : read;
  const alive = andAlive(target);
  const from = `SELECT ${nameOf(key.referencedColumn!)} FROM ${tableOf(target)}`;
  const row = (bind: BindValue) =>
    owner && owner.paths.length > 0
      ? ownKeySql(key.referencedColumn!, owner, [address, bind])
      : `${from} WHERE ${nameOf(addressColumn(target)!)} = ${bind(address)}${alive}`;
  return {
    column: nameOf(key),
    sql: (bind, place = '') =>
      `dual_id.required((${row(bind)}), ${quoteText(pointerOf(path, place))})`,
  };
}
