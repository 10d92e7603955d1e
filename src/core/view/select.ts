import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { quoteIdentifier, quoteTable } from '../schema/names.js';
import type { ReadContext } from './column-codec.js';

/** Hands out table aliases that are unique within one statement. */
export class Aliases {
  #next = 0;

  take(): string {
    return `t${this.#next++}`;
  }
}

/**
 * A SELECT under construction: the row it starts from, the joins it needs and its output list.
 * Values have positions, not names, so that nothing of the database shows in a result.
 */
export class Select {
  readonly root: string;
  readonly values: string[] = [];
  readonly #joins = new Map<string, Join>();

  constructor(
    readonly entity: EntityMetadata,
    readonly aliases = new Aliases(),
    readonly context: ReadContext = 'row',
    root?: string,
  ) {
    this.root = root ?? aliases.take();
  }

  /** A copy that grows on its own: a page adds its sort keys, a nested route its parents. */
  clone(): Select {
    const copy = new Select(this.entity, this.aliases, this.context, this.root);
    copy.values.push(...this.values);
    for (const [path, join] of this.#joins) copy.#joins.set(path, join);
    return copy;
  }

  /** Adds a value to the output list and answers its position. */
  add(sql: string): number {
    const known = this.values.indexOf(sql);
    return known === -1 ? this.values.push(sql) - 1 : known;
  }

  /** The alias of the row behind to-one relations, joined once however often it is named. */
  join(relations: readonly RelationMetadata[]): string {
    let from: Join = { alias: this.root, optional: false, sql: '' };
    let path = '';
    for (const relation of relations) {
      path += `.${relation.propertyPath}`;
      from = this.#joined(path, from, relation);
    }
    return from.alias;
  }

  /** `FROM orders t0 LEFT JOIN users t1 ...`; the first row may come from another source. */
  from(source = tableOf(this.entity)): string {
    const joins = [...this.#joins.values()].map(({ sql }) => sql);
    return [`FROM ${source} ${this.root}`, ...joins].join(' ');
  }

  #joined(path: string, from: Join, relation: RelationMetadata): Join {
    const known = this.#joins.get(path);
    if (known) return known;
    const alias = this.aliases.take();
    const key = relation.joinColumns[0]!;
    const optional = from.optional || key.isNullable;
    const table = tableOf(relation.inverseEntityMetadata);
    const on = `${alias}.${nameOf(key.referencedColumn!)} = ${from.alias}.${nameOf(key)}`;
    const join = {
      alias,
      optional,
      sql: `${optional ? 'LEFT JOIN' : 'JOIN'} ${table} ${alias} ON ${on}`,
    };
    this.#joins.set(path, join);
    return join;
  }
}

/** A joined row; optional when any relation on the way to it may be absent. */
interface Join {
  readonly alias: string;
  readonly optional: boolean;
  readonly sql: string;
}

/** The quoted name of an entity's table. */
export function tableOf(entity: EntityMetadata): string {
  return quoteTable(entity.tableName, entity.schema);
}

/** The quoted name of a column. */
export function nameOf(column: ColumnMetadata): string {
  return quoteIdentifier(column.databaseName);
}
