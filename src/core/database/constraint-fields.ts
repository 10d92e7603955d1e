import type { EntityMetadata } from 'typeorm';
import { definitionOf } from '../entity/dual-id-options.js';
import { isInternalIdName } from '../ids/ids.js';
import { constraintName } from '../schema/names.js';

type Column = EntityMetadata['columns'][number];

/**
 * Which properties a constraint of the database is about, so that an error can name the property
 * a client sent and never the constraint. Internal ids have no name to the outside.
 */
export class ConstraintFields {
  /** Both keyed by table and name, for names of constraints are unique within a table only. */
  readonly #byConstraint = new Map<string, readonly string[]>();
  readonly #byColumn = new Map<string, readonly string[]>();
  readonly #passportKeys = new Set<string>();

  constructor(entities: readonly EntityMetadata[]) {
    for (const entity of entities) this.#learn(entity);
  }

  /** The public names of the properties a constraint covers; empty when it is not known. */
  ofConstraint(name = '', table = ''): readonly string[] {
    const known = this.#byConstraint.get(`${table}.${name}`);
    if (known?.length) return known;
    // An index TypeORM does not keep, such as one on lower(email), tells by its name.
    return this.ofColumn(table, name.slice(table.length + 1).replace(/_[a-z]+$/, ''));
  }

  /** The public name of a column's property; empty when it is not known or internal. */
  ofColumn(table: string | undefined, column: string | undefined): readonly string[] {
    return this.#byColumn.get(`${table}.${column}`) ?? [];
  }

  /** Whether a constraint is the key of an entity to its passport. */
  isPassportKey(name = '', table = ''): boolean {
    return this.#passportKeys.has(`${table}.${name}`) || name.endsWith('_passport_fk');
  }

  #learn({ tableName, columns, uniques, indices, foreignKeys, checks }: EntityMetadata): void {
    for (const column of columns) {
      this.#byColumn.set(`${tableName}.${column.databaseName}`, publicNames([column]));
    }
    for (const constraint of [...uniques, ...indices, ...foreignKeys]) {
      this.#byConstraint.set(`${tableName}.${constraint.name}`, publicNames(constraint.columns));
    }
    for (const { name, expression } of checks) {
      const mentioned = columns.filter(({ databaseName }) => mentions(expression, databaseName));
      this.#byConstraint.set(`${tableName}.${name}`, publicNames(mentioned));
    }
    this.#passportKeys.add(`${tableName}.${constraintName(tableName, 'passport_fk')}`);
  }
}

function publicNames(columns: readonly Column[]): readonly string[] {
  return columns.map(publicName).filter((path) => !path.split('.').some(isInternalIdName));
}

/** A reference is sent as `userUuid`, or as `department` where the other side has a slug. */
function publicName({ relationMetadata, propertyPath }: Column): string {
  if (!relationMetadata) return propertyPath;
  const other = relationMetadata.inverseEntityMetadata.target as object;
  const kind = definitionOf(other)?.kind;
  // What has no address, such as a currency by its code, is sent as the column it is.
  if (kind === undefined) return propertyPath;
  const { propertyPath: relation } = relationMetadata;
  return kind === 'reference' ? relation : `${relation}Uuid`;
}

function mentions(expression: string, column: string): boolean {
  return expression.split(/\W+/).includes(column);
}
