import type { EntityMetadata } from 'typeorm';
import { definitionOf } from '../definition/entity-definition.js';
import { isInternalIdName, referenceNameOf } from '../ids/id-names.js';
import { constraintName } from '../sql/constraint-name.js';

type Column = EntityMetadata['columns'][number];

/**
 * Which properties a database constraint covers, so that an error can name the property a client
 * sent and never the constraint. Internal ids have no public name.
 */
export class ConstraintFields {
  /** Both are keyed by table and name, because constraint names are unique only within a table. */
  readonly #byConstraint = new Map<string, readonly string[]>();
  readonly #byColumn = new Map<string, readonly string[]>();
  readonly #passportKeys = new Set<string>();

  constructor(entities: readonly EntityMetadata[]) {
    for (const entity of entities) this.#learn(entity);
  }

  /** The public names of the properties a constraint covers; empty if unknown. */
  ofConstraint(name = '', table = ''): readonly string[] {
    const known = this.#byConstraint.get(`${table}.${name}`);
    if (known?.length) return known;
    // An index unknown to TypeORM, such as one on lower(email), is recognized by its name.
    return this.ofColumn(table, name.slice(table.length + 1).replace(/_[a-z]+$/, ''));
  }

  /** The public name of a column's property; empty if unknown or internal. */
  ofColumn(table: string | undefined, column: string | undefined): readonly string[] {
    return this.#byColumn.get(`${table}.${column}`) ?? [];
  }

  /** Whether a constraint is an entity's key to its passport. */
  isPassportKey(name = '', table = ''): boolean {
    return this.#passportKeys.has(`${table}.${name}`) || name.endsWith('_passport_fk');
  }

  #learn({ tableName, columns, uniques, indices, foreignKeys, checks }: EntityMetadata): void {
    for (const column of columns) {
      this.#byColumn.set(`${tableName}.${column.databaseName}`, publicPaths([column]));
    }
    for (const constraint of [...uniques, ...indices, ...foreignKeys]) {
      this.#byConstraint.set(`${tableName}.${constraint.name}`, publicPaths(constraint.columns));
    }
    for (const { name, expression } of checks) {
      const mentioned = columns.filter(({ databaseName }) => mentions(expression, databaseName));
      this.#byConstraint.set(`${tableName}.${name}`, publicPaths(mentioned));
    }
    this.#passportKeys.add(`${tableName}.${constraintName(tableName, 'passport_fk')}`);
  }
}

function publicPaths(columns: readonly Column[]): readonly string[] {
  return columns.map(publicName).filter((path) => !path.split('.').some(isInternalIdName));
}

/** A reference is sent as `userUuid`, or as `department` if the other side has a slug. */
function publicName({ relationMetadata, propertyPath }: Column): string {
  if (!relationMetadata) return propertyPath;
  const other = relationMetadata.inverseEntityMetadata.target as object;
  const kind = definitionOf(other)?.kind;
  // A row without an address, such as a currency by its code, is sent as the column itself.
  if (kind === undefined) return propertyPath;
  const { propertyPath: relation } = relationMetadata;
  return kind === 'reference' ? relation : referenceNameOf(relation);
}

function mentions(expression: string, column: string): boolean {
  return expression.split(/\W+/).includes(column);
}
