import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { quoteIdentifier, quoteTable } from '../schema/names.js';
import type { ReadContext } from './column-codec.js';
import type { ResolvedPath } from './relation-path.js';
import { isAddress } from './relation-path.js';

/** Hands out table aliases that are unique within one statement. */
export class Aliases {
  constructor(private next = 0) {}

  take(): string {
    return `t${this.next++}`;
  }

  /** Goes on from here, so that a copy of a statement takes the same names every time. */
  clone(): Aliases {
    return new Aliases(this.next);
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
    const copy = new Select(this.entity, this.aliases.clone(), this.context, this.root);
    copy.values.push(...this.values);
    for (const [path, join] of this.#joins) copy.#joins.set(path, join);
    return copy;
  }

  /** Adds a value to the output list and returns its position. */
  add(sql: string): number {
    const known = this.values.indexOf(sql);
    return known === -1 ? this.values.push(sql) - 1 : known;
  }

  /**
   * The alias of the row behind to-one relations, joined once however often it is named. A row
   * that was deleted softly counts as absent.
   */
  join(relations: readonly RelationMetadata[]): string {
    return this.#walk(relations).alias;
  }

  /**
   * The SQL of a column behind relations, from a row these relations lead to. A reference to a
   * row that was deleted softly still tells its address, and nothing else of it.
   */
  column({ relations, column }: ResolvedPath, from: readonly RelationMetadata[] = []): string {
    const last = isAddress(column) ? relations.at(-1) : undefined;
    const path = [...from, ...relations];
    const { alias } = last
      ? this.#joined(this.#walk(path.slice(0, -1)), last, false)
      : this.#walk(path);
    return `${alias}.${nameOf(column)}`;
  }

  /** `FROM orders t0 LEFT JOIN users t1 ...`; the first row may come from another source. */
  from(source = tableOf(this.entity)): string {
    const joins = [...this.#joins.values()].map(({ sql }) => sql);
    return [`FROM ${source} ${this.root}`, ...joins].join(' ');
  }

  #walk(relations: readonly RelationMetadata[]): Join {
    const root: Join = { alias: this.root, optional: false, sql: '', path: '' };
    return relations.reduce((from, relation) => this.#joined(from, relation, true), root);
  }

  #joined(from: Join, relation: RelationMetadata, hidesDeleted: boolean): Join {
    const target = relation.inverseEntityMetadata;
    const mark = hidesDeleted ? target.deleteDateColumn : undefined;
    const path = `${from.path}.${relation.propertyPath}${mark ? '' : '!'}`;
    const known = this.#joins.get(path);
    if (known) return known;
    const alias = this.aliases.take();
    const key = relation.joinColumns[0]!;
    const optional = from.optional || key.isNullable || mark !== undefined;
    const on = `${alias}.${nameOf(key.referencedColumn!)} = ${from.alias}.${nameOf(key)}`;
    const alive = mark ? ` AND ${alias}.${nameOf(mark)} IS NULL` : '';
    const kind = optional ? 'LEFT JOIN' : 'JOIN';
    const join = {
      alias,
      optional,
      path,
      sql: `${kind} ${tableOf(target)} ${alias} ON ${on}${alive}`,
    };
    this.#joins.set(path, join);
    return join;
  }
}

/** A joined row; optional when any relation on the way to it may be absent. */
interface Join {
  readonly path: string;
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
