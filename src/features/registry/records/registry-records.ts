import { Inject, Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { Versions } from '../../../core/entity/versions.js';
import { problem } from '../../../core/errors/problem.js';
import type { InternalId, PublicId } from '../../../core/ids/ids.js';
import type { Passport } from '../../../core/passport/passport.entity.js';
import { PlatformTypes } from '../platform-types.js';
import type { NewRecord, RecordChanges, RegistryRecord } from './record.js';
import { readRecord, recordColumns } from './record.js';
import { RecordChanger } from './record-changer.js';
import { RecordWriter, refuseUnstorable } from './record-writer.js';

type Uuid = PublicId<Passport>;

/**
 * Records of the registry: passports that the application makes itself, of kinds entered with
 * `addRecordType`. Every call joins the running transaction of `Database`, or is one of its own.
 */
@Injectable()
export class RegistryRecords {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
    @Inject(RecordChanger) private readonly changer: RecordChanger,
  ) {}

  /**
   * Makes a record; `missing_reference` for an unknown kind, `conflict` for a name in use where
   * names are unique.
   */
  async create(input: NewRecord): Promise<RegistryRecord> {
    const [record] = await this.writer.insert([input]);
    return record!;
  }

  /** Makes many records in one statement, all or none, in the order of the inputs. */
  createMany(inputs: readonly NewRecord[]): Promise<RegistryRecord[]> {
    return this.writer.insert(inputs);
  }

  /** The living record of a kind and name, made if there is none. Its kind has unique names. */
  async getOrCreate(
    input: NewRecord & { readonly name: string },
  ): Promise<{ readonly record: RegistryRecord; readonly created: boolean }> {
    refuseUnstorable(input);
    const record = await this.findByName(input.type, input.name);
    return record ? { record, created: false } : this.writer.upsert(input);
  }

  /** The record of a public id, or any entity's; `not_found`, or `gone` for a deleted one. */
  async get(uuid: Uuid): Promise<RegistryRecord> {
    return living(await this.database.rows(byUuid, [uuid]));
  }

  /** The living record of a kind with unique names; `not_found` when there is none. */
  async getByName(type: string, name: string): Promise<RegistryRecord> {
    const record = await this.findByName(type, name);
    if (!record) throw problem('not_found');
    return record;
  }

  /** The same, or undefined when there is none. */
  async findByName(type: string, name: string): Promise<RegistryRecord | undefined> {
    const { id, uniqueNames } = await this.types.records(type);
    if (!uniqueNames) {
      throw problem('setup_refused', {
        detail: `Names of the kind ${type} are not unique; enter it with uniqueNames.`,
      });
    }
    const [row] = await this.database.rows(byName, [id, name]);
    return row && readRecord(row);
  }

  /** The record of an internal id, for code that has one from a join; as `get` otherwise. */
  async getByInternalId(id: InternalId<Passport>): Promise<RegistryRecord> {
    return living(await this.database.rows(byId, [id]));
  }

  /** Changes a record at a version; `version_mismatch` when it has moved on. */
  update(uuid: Uuid, changes: RecordChanges, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.update(uuid, changes, versions);
  }

  /**
   * Makes a record a tombstone. Where its kind says `restrict` and something refers to it by a
   * foreign key, that is `still_referenced`. Its name may be used again, its public id never.
   */
  remove(uuid: Uuid, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.remove(uuid, versions);
  }

  /** Revives a deleted record; `conflict` when its name has been given to another. */
  restore(uuid: Uuid, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.restore(uuid, versions);
  }
}

function living([row]: readonly Row[]): RegistryRecord {
  if (!row) throw problem('not_found');
  const record = readRecord(row);
  if (record.status === 'deleted') throw problem('gone');
  return record;
}

const select = `SELECT ${recordColumns} FROM dual_id.passports p`;
const byUuid = statement(`${select} WHERE p.uuid = $1`);
const byId = statement(`${select} WHERE p.id = $1`);
const byName = statement(`${select} WHERE p.platform_type_id = $1 AND p.natural_key = $2`);
