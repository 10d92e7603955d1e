import { Inject, Injectable } from '@nestjs/common';
import { isTooLong } from '../../../core/database/database-errors.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { isStorable } from '../../../core/database/storable-text.js';
import { DualIdError } from '../../../core/errors/dual-id-error.js';
import { problem } from '../../../core/errors/problem.js';
import { newPublicId } from '../../../core/ids/new-public-id.js';
import { PlatformTypes } from '../platform-types.js';
import type { NewRecord, RegistryRecord } from './record.js';
import { readRecord, recordColumns } from './record.js';

/** Creates records with one statement per call, in the caller's transaction or in its own. */
@Injectable()
export class RecordWriter {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
  ) {}

  /** Creates many records, all or none, and returns them in the order of the inputs. */
  async insert(inputs: readonly NewRecord[]): Promise<RegistryRecord[]> {
    if (inputs.length === 0) return [];
    const { uuids, columns } = await this.#columnsOf(inputs);
    const rows = await this.database.rows(insertAll, columns).catch(namingName);
    // Rows come back in any order; only the public id identifies them.
    const records = new Map(rows.map(readRecord).map((record) => [record.uuid as string, record]));
    return uuids.map((uuid) => records.get(uuid)!);
  }

  /** Creates a record, or returns the living one with its name: one atomic upsert. */
  async upsert(input: NewRecord): Promise<{ record: RegistryRecord; created: boolean }> {
    const { uuids, columns } = await this.#columnsOf([input]);
    const [row] = await this.database.rows(upsert, columns).catch(namingName);
    const record = readRecord(row!);
    return { record, created: record.uuid === uuids[0] };
  }

  async #columnsOf(inputs: readonly NewRecord[]) {
    const place = (index: number) => (inputs.length > 1 ? `/${index}` : '');
    const types = [];
    for (const [index, input] of inputs.entries()) {
      refuseUnstorable(input, place(index));
      types.push(await this.types.records(input.type, `${place(index)}/type`));
    }
    const names = inputs.map(({ name }) => name ?? null);
    const uuids = inputs.map(() => newPublicId(4) as string);
    const columns = [
      uuids,
      types.map(({ id }) => id),
      names,
      inputs.map(({ description }) => description ?? null),
    ];
    return { uuids, columns };
  }
}

/** Refuses texts that a column cannot hold, or would hold as a different text. */
export function refuseUnstorable(texts: Pick<NewRecord, 'name' | 'description'>, place = ''): void {
  for (const property of ['name', 'description'] as const) {
    if (isStorable(texts[property] ?? '')) continue;
    const errors = [
      { pointer: `${place}/${property}`, detail: 'is not a text that can be stored' },
    ];
    throw problem('rule_violated', { errors });
  }
}

/** The constraint is on a column that clients never see; what they sent is the name. */
export function namingName(error: unknown): never {
  if (!(error instanceof DualIdError)) throw error;
  const { code } = error;
  const isLong = code === 'rule_violated' && isTooLong(error.details.cause);
  if (code !== 'conflict' && !isLong) throw error;
  const detail = isLong ? 'is too long' : 'is already in use';
  throw problem(code, { errors: [{ pointer: '/name', detail }], cause: error });
}

const insertAll = statement(
  `SELECT ${recordColumns} FROM dual_id.create_records($1, $2, $3, $4) p`,
  'write',
);

/** The first of each list, for a single input. */
const upsert = statement(
  `SELECT ${recordColumns} FROM dual_id.create_record_once(
     ($1::uuid[])[1], ($2::smallint[])[1], ($3::text[])[1], ($4::text[])[1]) p`,
  'write',
);
