import { Logger } from '@nestjs/common';
import type { EntityMetadata } from 'typeorm';
import { ApplyValueTransformers } from 'typeorm/util/ApplyValueTransformers.js';
import { onBehalfOf } from '../database/caller.js';
import type { Database } from '../database/database.js';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { definitionOf } from '../definition/entity-definition.js';
import type { Versions } from '../entity/versions.js';
import { problem } from '../errors/problem.js';
import { ownAlias, ownedSql } from '../reading/owned-sql.js';
import type { OwnerScope } from '../reading/owner-scope.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { quoteText } from '../sql/quoting.js';
import type { PersonalColumn } from './personal-columns.js';
import { personalColumnsOf } from './personal-columns.js';

/**
 * Erases a person: blanks the personal columns of the row, soft-deletes it so that rows referring
 * to it stay, and adds the public id to `dual_id.erasures`, whose triggers remove the person
 * everywhere else.
 */
export class EntityEraser {
  readonly #columns: readonly PersonalColumn[];

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    private readonly scope: OwnerScope,
  ) {
    this.#columns = personalColumnsOf(entity);
  }

  /**
   * Returns false if there is no such entity at these versions. Deleted entities can be erased too,
   * and erased ones again.
   */
  async erase(uuid: string, versions: Versions | undefined): Promise<boolean> {
    this.#refuseUnfit();
    const words = await this.database.transaction(() => this.#erase(uuid, versions), { key: uuid });
    if (!words) return false;
    const again = () => onBehalfOf(undefined, () => this.#eraseAgain(uuid, words));
    if (this.database.inTransaction) this.database.afterCommit(again);
    else await again();
    return true;
  }

  /** Returns the words of the person's former name, or undefined if nobody was erased. */
  async #erase(
    uuid: string,
    versions: Versions | undefined,
  ): Promise<readonly string[] | undefined> {
    const { owner } = this.scope;
    const values = [uuid, versions && [versions].flat(), ...(owner === undefined ? [] : [owner])];
    const [row] = await this.database.rows(this.#hold(), values);
    if (row ? row[0] === false : !(await this.#isLeft(uuid))) return undefined;
    const [passport] = await this.database.rows(findSearchWords, [uuid]);
    await this.database.execute(recordErasure, [uuid]);
    if (row) await this.#blank(uuid);
    return (passport?.[0] ?? []) as readonly string[];
  }

  /**
   * Repeats the erasure after the transaction, for what others wrote meanwhile and its snapshot
   * could not see. The search gets back words that other people also have.
   */
  async #eraseAgain(uuid: string, words: readonly string[]): Promise<void> {
    try {
      await this.database.transaction(async () => {
        await this.database.execute(recordErasure, [uuid]);
        await this.database.execute(keepWordsInUse, [words]);
      }, 'READ COMMITTED');
    } catch (error) {
      const told = `Data that others wrote about ${uuid} during the erasure may be left; erase once more.`;
      new Logger('DualId').warn(`${told} ${(error as Error).message}`);
    }
  }

  /**
   * Locks the row, living or not, and returns whether it is at one of the versions; erased rows
   * always match.
   */
  #hold(): Statement {
    const { versionColumn } = this.entity;
    const current = versionColumn ? nameOf(versionColumn) : 'NULL';
    const { owner, ownership } = this.scope;
    const isOwn = owner === undefined ? '' : ` AND ${ownedSql(ownership!, '$3')}`;
    const table = tableOf(this.entity);
    const source = owner === undefined ? table : `${table} AS ${ownAlias}`;
    return statement(
      `SELECT $2::bigint[] IS NULL OR coalesce(${current} = ANY($2::bigint[]), false)
         OR EXISTS (SELECT FROM dual_id.erasures WHERE uuid = $1)
       FROM ${source} WHERE ${this.#uuid} = $1${isOwn} FOR NO KEY UPDATE`,
      'write',
    );
  }

  async #blank(uuid: string): Promise<void> {
    const blanked = await this.database.execute(this.#blanking(), [uuid, ...this.#blanks(uuid)]);
    if (blanked > 0) return;
    const kept = `A trigger of ${tableOf(this.entity)} kept the row of ${uuid} unchanged.`;
    throw problem('internal', { cause: new Error(kept) });
  }

  #blanking(): Statement {
    const { versionColumn, updateDateColumn } = this.entity;
    const deletedAt = nameOf(this.entity.deleteDateColumn!);
    const set = this.#columns.map(({ column }, index) => `${nameOf(column)} = $${index + 2}`);
    set.push(`${deletedAt} = coalesce(${deletedAt}, now())`);
    if (versionColumn) set.push(`${nameOf(versionColumn)} = ${nameOf(versionColumn)} + 1`);
    if (updateDateColumn) set.push(`${nameOf(updateDateColumn)} = now()`);
    const text = `UPDATE ${tableOf(this.entity)} SET ${set.join(', ')} WHERE ${this.#uuid} = $1`;
    return { ...statement(text), isOwn: true };
  }

  #blanks(uuid: string): readonly unknown[] {
    return this.#columns.map(({ column, blank }) => {
      const value = typeof blank === 'function' ? blank(uuid) : blank;
      if (value === null || !column.transformer) return value;
      return ApplyValueTransformers.transformTo(column.transformer, value) as unknown;
    });
  }

  /**
   * Whether a row that is gone for good has left a passport. A row hidden by row-level security
   * also looks gone: its person would lose only the name, although the row still exists. What is
   * left does not say whose it was.
   */
  async #isLeft(uuid: string): Promise<boolean> {
    if (this.scope.owner !== undefined) return false;
    const { type } = definitionOf(this.entity.target as object)!;
    const table = `${quoteText(tableOf(this.entity))}::regclass::oid`;
    const isLeft = statement(
      `SELECT NOT row_security_active(${table}) AND EXISTS (
         SELECT FROM dual_id.passports WHERE uuid = $1 AND platform_type_id = $2)`,
    );
    const [row] = await this.database.rows(isLeft, [uuid, type ?? null]);
    return row?.[0] === true;
  }

  get #uuid(): string {
    return nameOf(addressColumn(this.entity)!);
  }

  #refuseUnfit(): void {
    const { name, deleteDateColumn, target } = this.entity;
    const isNamed = definitionOf(target as object)?.kind !== 'reference';
    if (this.#columns.length > 0 && deleteDateColumn && isNamed) return;
    const lack = !isNamed
      ? 'no public id'
      : deleteDateColumn
        ? 'no property with @Personal'
        : 'no @DeleteDateColumn';
    throw problem('misuse', { detail: `${name} cannot be erased: it has ${lack}.` });
  }
}

const findSearchWords = statement(
  'SELECT tsvector_to_array(search_words) FROM dual_id.passports WHERE uuid = $1',
);

/** Every entry, including a second one for a person, fires the triggers of the places. */
const recordErasure = statement('SELECT dual_id.erase_passport($1)', 'write');

const keepWordsInUse = statement('SELECT dual_id.keep_living_words($1::text[])', 'write');
