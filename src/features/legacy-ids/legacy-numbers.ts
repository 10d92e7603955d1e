import type { EntityMetadata } from 'typeorm';
import type { Database } from '../../core/database/database.js';
import { addressColumn } from '../../core/definition/address.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import { newPublicId } from '../../core/ids/new-public-id.js';
import { Coalescer, maxBatch } from '../../core/reading/coalescer.js';
import { KeyedStatement } from '../../core/reading/keyed-statement.js';
import { OwnedRows } from '../../core/reading/owned-rows.js';
import { OwnerScope } from '../../core/reading/owner-scope.js';
import { nameOf, tableOf } from '../../core/sql/entity-names.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';
import { exceedsNumber } from './legacy-number.js';

/** Where the old numbers of an entity are, and up to which of them they are known outside. */
export interface LegacyColumn {
  /** As the database names it. */
  readonly column: string;
  readonly upTo: string | undefined;
}

/** What an old number stands for. */
export interface Exchanged {
  /** A public id without a row, if the number stands for none. */
  readonly uuid: string;
  /** Whether it stands for a row that exists, or existed, for the running work. */
  readonly isKnown: boolean;
}

/**
 * Finds the public ids behind the old numbers of an entity, those of deleted rows too. A number
 * without a row, or of another owner's, becomes a public id without a row, so that whatever follows
 * cannot tell the two apart either.
 */
export class LegacyNumbers {
  readonly #statement: KeyedStatement;
  readonly #coalescer: Coalescer<string>;
  readonly #scope: OwnerScope;
  readonly #owned: OwnedRows;

  constructor(
    database: Database,
    readonly entity: EntityMetadata,
    readonly source: LegacyColumn,
  ) {
    const text = selectUuids(entity, source.column);
    this.#statement = new KeyedStatement(database, text, 'bigint');
    this.#coalescer = new Coalescer(database, (numbers) => this.#load(numbers), { max: maxBatch });
    const uuid = nameOf(addressColumn(entity)!);
    this.#scope = new OwnerScope(entity);
    this.#owned = new OwnedRows(database, entity, this.#scope, {
      value: (row) => `${row}.${uuid}`,
      isSought: () => '',
    });
  }

  /** What one number stands for, looked up together with those of other requests. */
  async one(number: string): Promise<Exchanged> {
    const uuid = this.#isKept(number) ? await this.#coalescer.get(number) : undefined;
    return this.#own(uuid);
  }

  /** What many numbers stand for, in their order, by one statement. */
  async many(numbers: readonly string[]): Promise<readonly Exchanged[]> {
    const found = await this.#load(numbers.filter((number) => this.#isKept(number)));
    return Promise.all(numbers.map((number) => this.#own(found.get(number))));
  }

  #isKept(number: string): boolean {
    const { upTo } = this.source;
    return upTo === undefined || !exceedsNumber(number, upTo);
  }

  /** The owner is asked for in any case, so that the time does not tell whether there is a row. */
  async #own(found: string | undefined): Promise<Exchanged> {
    const { uuidVersion } = definitionOf(this.entity.target as object)!;
    const unknown = newPublicId<never>(uuidVersion);
    const uuid = found ?? unknown;
    if (this.#scope.owner === undefined) {
      return { uuid, isKnown: found !== undefined };
    }
    const isOwn = (await this.#owned.get(uuid)) !== undefined;
    return { uuid: isOwn ? uuid : unknown, isKnown: isOwn };
  }

  async #load(numbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (numbers.length === 0) return new Map();
    const rows = await this.#statement.rows(numbers);
    return new Map(rows.map(([number, uuid]) => [number as string, uuid as string]));
  }
}

/** The registry remembers the internal ids of rows that were deleted for good. */
function selectUuids(entity: EntityMetadata, source: string) {
  const { type, kind } = definitionOf(entity.target as object)!;
  const [table, column] = [tableOf(entity), quoteIdentifier(source)];
  const uuid = nameOf(addressColumn(entity)!);
  const isInternal = kind === 'dual' && source === entity.primaryColumns[0]!.databaseName;
  return (hasKey: (of: string) => string): string => {
    const standing = `SELECT ${column}::text, ${uuid} FROM ${table} WHERE ${hasKey(column)}`;
    if (type === undefined || !isInternal) return standing;
    return `${standing} UNION ALL SELECT p.entity_id::text, p.uuid FROM dual_id.passports p
      WHERE p.platform_type_id = ${type} AND ${hasKey('p.entity_id')} AND p.status = 'deleted'
        AND NOT EXISTS (SELECT FROM ${table} t WHERE t.${column} = p.entity_id)`;
  };
}
