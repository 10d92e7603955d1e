import type { EntityMetadata } from 'typeorm';

/**
 * Which properties a constraint of the database is about, so that an error can name the property
 * a client sent and never the constraint.
 */
export class ConstraintFields {
  readonly #byConstraint = new Map<string, readonly string[]>();
  readonly #byColumn = new Map<string, string>();

  constructor(entities: readonly EntityMetadata[]) {
    for (const entity of entities) this.#learn(entity);
  }

  /** The public names of the properties a constraint covers; empty when it is not known. */
  ofConstraint(name = '', table = ''): readonly string[] {
    const known = this.#byConstraint.get(name);
    if (known && known.length > 0) return known;
    // An index TypeORM does not keep, such as one on lower(email), tells by its name.
    const column = name.slice(table.length + 1).replace(/_[a-z]+$/, '');
    const property = this.ofColumn(table, column);
    return property === undefined ? [] : [property];
  }

  /** The public name of a column's property. */
  ofColumn(table: string | undefined, column: string | undefined): string | undefined {
    return this.#byColumn.get(`${table}.${column}`);
  }

  #learn(entity: EntityMetadata): void {
    for (const column of entity.columns) {
      this.#byColumn.set(`${entity.tableName}.${column.databaseName}`, publicName(column));
    }
    for (const { name, columns } of [...entity.uniques, ...entity.indices]) {
      this.#byConstraint.set(name, columns.map(publicName));
    }
    for (const { name, columns } of entity.foreignKeys) {
      this.#byConstraint.set(name, columns.map(publicName));
    }
    for (const check of entity.checks) {
      const mentioned = entity.columns.filter(({ databaseName }) =>
        new RegExp(`\\b${databaseName}\\b`).test(check.expression),
      );
      this.#byConstraint.set(check.name, mentioned.map(publicName));
    }
  }
}

function publicName(column: EntityMetadata['columns'][number]): string {
  const { relationMetadata, propertyPath } = column;
  return relationMetadata ? `${relationMetadata.propertyName}Uuid` : propertyPath;
}
