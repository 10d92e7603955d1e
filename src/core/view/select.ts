import type { EntityMetadata } from 'typeorm';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import type { ReadContext } from '../column-types/column-type.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { ResolvedPath } from './relation-path.js';
import { isAddress } from './relation-path.js';

/** Hands out table aliases that are unique within one statement. */
export class Aliases {
  constructor(private next = 0) {}

  take(): string {
    return `t${this.next++}`;
  }

  /**
   * Returns a copy that continues from here, so that a copied statement uses the same names each
   * time.
   */
  clone(): Aliases {
    return new Aliases(this.next);
  }
}

/**
 * A SELECT under construction: its first row, the joins it needs and its output list. Values are
 * identified by position, not by name, so that no database name appears in a result.
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

  /**
   * Returns a copy that grows independently: a page adds its sort keys, a nested route its parents.
   */
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
   * The alias of the row behind to-one relations, joined once however often it is used. A
   * soft-deleted row counts as absent.
   */
  join(relations: readonly RelationMetadata[]): string {
    return this.#walk(relations).alias;
  }

  /**
   * The SQL of a column behind relations, from a row these relations lead to. A reference to a
   * soft-deleted row still shows its address, and nothing else.
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
    const deletedAt = hidesDeleted ? target.deleteDateColumn : undefined;
    const path = `${from.path}.${relation.propertyPath}${deletedAt ? '' : '!'}`;
    const known = this.#joins.get(path);
    if (known) return known;
    const alias = this.aliases.take();
    const key = relation.joinColumns[0]!;
    const optional = from.optional || key.isNullable || deletedAt !== undefined;
    const on = `${alias}.${nameOf(key.referencedColumn!)} = ${from.alias}.${nameOf(key)}`;
    const alive = deletedAt ? andAlive(target, alias) : '';
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
