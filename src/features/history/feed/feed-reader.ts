import type { Database } from '../../../core/database/database.js';
import { problem } from '../../../core/errors/problem.js';
import type { ChangeOperation } from './change.js';
import { Change } from './change.js';
import type { Epoch, Epochs } from './epochs.js';
import type { BatchRow } from './feed-statements.js';
import { readBatch, readOvertaken } from './feed-statements.js';
import type { LoggedTables, TableName } from './logged-tables.js';
import { Overtaken, restOf } from './overtaken.js';
import { parentsOf } from './parents.js';
import type { Position } from './position.js';
import { following, isAbove, isSeenOver } from './position.js';

/** What a reader reads: the numbers of the tables, and how many changes at a time. */
export interface Reading {
  readonly tables: readonly number[] | undefined;
  readonly size: number;
}

/** The changes of one statement, and the place after them. */
export interface ReadBatch {
  readonly changes: readonly Change[];
  readonly position: Position;
  /** Whether nothing was left to read. */
  readonly isLast: boolean;
}

interface Sources {
  readonly database: Database;
  readonly epochs: Epochs;
  readonly tables: LoggedTables;
}

const feedOperations: Readonly<Record<string, ChangeOperation>> = {
  I: 'insert',
  U: 'update',
  D: 'delete',
  T: 'truncate',
  B: 'bulk',
};

/** Reads the log forward from a position. */
export class FeedReader {
  #position: Position;
  readonly #overtaken: Overtaken;

  constructor(
    private readonly sources: Sources,
    private readonly reading: Reading,
    from: Position,
  ) {
    this.#position = from;
    this.#overtaken = new Overtaken(from.highest);
  }

  /** Reads the next batch. A call that failed may be repeated. */
  async next(): Promise<ReadBatch> {
    const at = this.#position;
    const epoch = await this.sources.epochs.of(at.epoch);
    const [head, ...rows] = await this.#read(at, epoch);
    const [horizon, cluster, isExpired, count] = head![10]!;
    if (!(await this.sources.epochs.isIn(cluster))) return this.next();
    if (isExpired) throw problem('offset_expired');
    const isNow = epoch.until === undefined;
    if (isNow && isAbove(at.transaction, horizon)) throw problem('offset_ahead');
    const { fresh, highest } = await this.#withoutOvertaken(rows, at.highest);
    const changes = await this.#changesOf(fresh);
    const last = rows.at(-1);
    const isDrained = count < this.reading.size;
    const read = placeAfter(at, head!, isDrained);
    const place = isDrained && !isNow ? beginOf(at.epoch + 1) : read;
    const isStillSeen = at.seen !== null && place.epoch === at.epoch && !isSeenOver(at.seen, place);
    this.#position = {
      epoch: place.epoch,
      transaction: place.transaction,
      change: place.change,
      highest,
      anchor: last ? [last[1]!, last[2]!, last[8]!.getTime()] : at.anchor,
      seen: isStillSeen ? at.seen : null,
      dropped: at.dropped,
    };
    return { changes, position: this.#position, isLast: isDrained && isNow };
  }

  async #read(at: Position, { after, until }: Epoch): Promise<readonly BatchRow[]> {
    const { tables = null, size } = this.reading;
    const values = [
      at.transaction,
      at.change,
      after,
      until ?? null,
      at.seen,
      tables,
      size,
      at.dropped,
    ];
    const rows = await this.sources.database.rows(readBatch, values);
    return rows as unknown as readonly BatchRow[];
  }

  /** Leaves out changes of which a newer one was handed out before. */
  async #withoutOvertaken(rows: readonly BatchRow[], before: string) {
    let highest = before;
    const fresh: BatchRow[] = [];
    const doubtful: BatchRow[] = [];
    for (const row of rows) {
      const change = row[2]!;
      const isOfRecord = row[0] === 'I' || row[0] === 'U' || row[0] === 'D';
      const isOvertaken = isOfRecord ? this.#overtaken.see(row, highest) : false;
      if (isOvertaken !== true) fresh.push(row);
      if (isOvertaken === undefined) doubtful.push(row);
      if (isAbove(change, highest)) highest = change;
    }
    if (doubtful.length === 0) return { fresh, highest };
    const overtaken = await this.#overtakenOf(doubtful, highest);
    return { fresh: fresh.filter((row) => !overtaken.has(row)), highest };
  }

  async #overtakenOf(rows: readonly BatchRow[], highest: string): Promise<ReadonlySet<BatchRow>> {
    const columns = [1, 2, 3, 4].map((column) => rows.map((row) => row[column]));
    const values = [...columns, rows.map(restOf), highest];
    const found = await this.sources.database.rows(readOvertaken, values);
    return new Set(found.map(([place]) => rows[(place as number) - 1]!));
  }

  async #changesOf(rows: readonly BatchRow[]): Promise<readonly Change[]> {
    const tables = await this.sources.tables.namesOf(new Set(rows.map((row) => row[3]!)));
    const parents = await parentsOf(this.sources.database, rows);
    return rows.map((row) => changeOf(row, tables.get(row[3]!)!, parents.get(row[2]!) ?? null));
  }
}

function changeOf(row: BatchRow, of: TableName, parentUuid: string | null): Change {
  const { schema, table } = of;
  const [code, , changeId, , recordId, uuid, relatedUuid, actor, occurredAt, recordKey] = row;
  const ids = { uuid, parentUuid, relatedUuid };
  return new Change(
    { schema, table, operation: feedOperations[code]!, ...ids, actor, occurredAt: occurredAt! },
    { changeId: changeId!, recordId, recordKey },
  );
}

/**
 * The place after the rows that were read. It is never beyond the last transaction that logged
 * something: a server that crashes may give the numbers of later ones away again.
 */
function placeAfter(at: Position, [, transaction, change]: BatchRow, isDrained: boolean) {
  if (transaction === null) {
    // The last transaction that was read has ended: a full batch did not tell that it was all.
    if (at.change === '0') return at;
    return { epoch: at.epoch, transaction: following(at.transaction), change: '0' };
  }
  return isDrained
    ? { epoch: at.epoch, transaction: following(transaction), change: '0' }
    : { epoch: at.epoch, transaction, change: change! };
}

const beginOf = (epoch: number) => ({ epoch, transaction: '0', change: '0' });
