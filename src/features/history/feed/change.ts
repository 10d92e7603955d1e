import type { InternalId } from '../../../core/ids/ids.js';
import { parseJson } from '../../../core/values/json.js';

/** What a change did: one row, all rows at once (`truncate`), or a batch in one row (`bulk`). */
export type ChangeOperation = 'insert' | 'update' | 'delete' | 'truncate' | 'bulk';

/** The rows of a bulk load, which left no change of their own. */
export interface BulkRows {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly first: InternalId<unknown>;
  readonly last: InternalId<unknown>;
  readonly rows: number;
}

/** What the log says of a change besides its public part. */
export interface ChangeKey {
  readonly changeId: string;
  readonly recordId: string | null;
  /** A JSON object, or null. */
  readonly recordKey: string | null;
}

/** The part of a change that may leave the process. */
export type ShownChange = Pick<
  Change,
  'schema' | 'table' | 'operation' | 'uuid' | 'parentUuid' | 'relatedUuid' | 'actor' | 'occurredAt'
>;

type KeyColumns = Readonly<Record<string, unknown>>;

/**
 * One change of the log. Its own properties are what may leave the process. Internal ids are read
 * through accessors of the class, which a copy, JSON, a log and an HTTP response leave out.
 */
export class Change {
  readonly #key: ChangeKey;

  readonly schema: string;
  readonly table: string;
  readonly operation: ChangeOperation;
  /** The public id of the row; null where it has none of its own. */
  readonly uuid: string | null;
  /** The public id of the row that a detail row or a row of a join table belongs to. */
  readonly parentUuid: string | null;
  /** The public id of the other side, in a join table. */
  readonly relatedUuid: string | null;
  readonly actor: string | null;
  readonly occurredAt: Date;

  constructor(shown: ShownChange, key: ChangeKey) {
    this.#key = key;
    this.schema = shown.schema;
    this.table = shown.table;
    this.operation = shown.operation;
    this.uuid = shown.uuid;
    this.parentUuid = shown.parentUuid;
    this.relatedUuid = shown.relatedUuid;
    this.actor = shown.actor;
    this.occurredAt = shown.occurredAt;
  }

  /** The number of the change: of two changes of one record, the higher one is the newer one. */
  get changeId(): string {
    return this.#key.changeId;
  }

  /** The integer id of the record; null for `truncate`. It never leaves the process. */
  get recordId(): InternalId<unknown> | null {
    return this.#key.recordId as InternalId<unknown> | null;
  }

  /** The rest of the key of a detail row, such as its line. It may hold internal ids. */
  get recordKey(): KeyColumns | null {
    return this.operation === 'bulk' ? null : this.#parsedKey;
  }

  /** Which rows a bulk load changed; undefined for any other operation. */
  get bulk(): BulkRows | undefined {
    const key = this.#parsedKey;
    if (this.operation !== 'bulk' || key === null) return undefined;
    const { operation, first, last, rows } = key;
    return {
      operation: String(operation).toLowerCase() as BulkRows['operation'],
      first: String(first) as InternalId<unknown>,
      last: String(last) as InternalId<unknown>,
      rows: Number(rows),
    };
  }

  get #parsedKey(): KeyColumns | null {
    const { recordKey } = this.#key;
    return recordKey === null ? null : (parseJson(recordKey) as KeyColumns);
  }
}
