import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { problem } from '../errors/problem.js';
import { quoteText } from '../schema/names.js';
import { nameOf, tableOf } from '../view/select.js';
import { isInternalColumn } from '../view/relation-path.js';

/** One column of a write and the SQL of its value. */
export interface Assignment {
  readonly column: string;
  readonly sql: string;
}

/** Appends a value to the statement's parameters and answers its placeholder. */
export type Bind = (value: unknown) => string;

/**
 * Turns the properties of an input into columns. References by public id or slug become a
 * look-up inside the statement, which fails with the property's name when the row is missing.
 */
export class Assignments {
  constructor(
    private readonly entity: EntityMetadata,
    private readonly dataSource: DataSource,
  ) {}

  of(input: object, bind: Bind, prefix = ''): readonly Assignment[] {
    return Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([property, value]) => this.#assign(property, value, bind, prefix));
  }

  #assign(property: string, value: unknown, bind: Bind, prefix: string): Assignment {
    const reference = this.#reference(property);
    if (reference) return lookUp(reference, value, bind, `${prefix}${property}`);
    const column = this.entity.findColumnWithPropertyPath(property);
    if (column && this.#isWritable(column)) {
      const stored: unknown = this.dataSource.driver.preparePersistentValue(value, column);
      return { column: nameOf(column), sql: bind(stored) };
    }
    throw problem('setup_refused', {
      detail: `${this.entity.name}.${property} cannot be written through its repository.`,
    });
  }

  /** `userUuid` writes the relation `user`; look-up data is written under its relation's name. */
  #reference(property: string): RelationMetadata | undefined {
    const name = /^(.+)Uuid$/.exec(property)?.[1] ?? property;
    const relation = this.entity.findRelationWithPropertyPath(name);
    if (!relation?.isWithJoinColumn) return undefined;
    const by = name === property ? 'slug' : 'uuid';
    return relation.inverseEntityMetadata.findColumnWithPropertyName(by) ? relation : undefined;
  }

  #isWritable(column: ColumnMetadata): boolean {
    const kept =
      column.isVersion || column.isCreateDate || column.isUpdateDate || column.isDeleteDate;
    return (
      !kept &&
      !column.isVirtual &&
      !isInternalColumn(column) &&
      column.propertyName !== 'platformTypeId'
    );
  }
}

function lookUp(
  relation: RelationMetadata,
  value: unknown,
  bind: Bind,
  property: string,
): Assignment {
  const key = relation.joinColumns[0]!;
  if (value === null) return { column: nameOf(key), sql: 'NULL' };
  const target = relation.inverseEntityMetadata;
  const by = property.endsWith('Uuid') ? 'uuid' : 'slug';
  const alive = target.deleteDateColumn ? ` AND ${nameOf(target.deleteDateColumn)} IS NULL` : '';
  const row = `SELECT ${nameOf(key.referencedColumn!)} FROM ${tableOf(target)} WHERE ${nameOf(target.findColumnWithPropertyName(by)!)} = ${bind(value)}${alive}`;
  return { column: nameOf(key), sql: `dual_id.required((${row}), ${quoteText(property)})` };
}
