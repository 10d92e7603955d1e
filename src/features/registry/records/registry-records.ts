import { Inject, Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import type { Versions } from '../../../core/entity/versions.js';
import { problem } from '../../../core/errors/problem.js';
import type { InternalId } from '../../../core/ids/ids.js';
import type { Passport, PassportUuid } from '../../../core/passport/passport.entity.js';
import { PassportScope } from '../../../core/reading/passport-scope.js';
import type {
  AndExists,
  ScopedStatement,
  WriteScoped,
} from '../../../core/reading/scoped-statement.js';
import { PlatformTypes } from '../platform-types.js';
import type { NewRecord, RecordChanges, RegistryRecord } from './record.js';
import { readRecord, recordColumns } from './record.js';
import { RecordChanger } from './record-changer.js';
import { RecordWriter, refuseUnstorable } from './record-writer.js';

/**
 * Records of the registry: passports that the application creates itself, of kinds added with
 * `addRecordType`. Every call joins the running transaction of `Database` or runs in its own.
 * Records belong to nobody; of entities, restricted work reaches those of its owner.
 */
@Injectable()
export class RegistryRecords {
  readonly #byUuid: ScopedStatement;
  readonly #byId: ScopedStatement;
  readonly #byName: ScopedStatement;

  constructor(
    @Inject(PlatformTypes) private readonly types: PlatformTypes,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
    @Inject(RecordChanger) private readonly changer: RecordChanger,
    @Inject(PassportScope) scope: PassportScope,
  ) {
    this.#byUuid = scope.statement(recordWhere('p.uuid = $1'));
    this.#byId = scope.statement(recordWhere('p.id = $1'));
    this.#byName = scope.statement(
      recordWhere('p.platform_type_id = $1 AND p.natural_key = $2', 2),
    );
  }

  /**
   * Creates a record; `missing_reference` for an unknown kind, `conflict` for a name in use if
   * names are unique.
   */
  async create(input: NewRecord): Promise<RegistryRecord> {
    const [record] = await this.writer.insert([input]);
    return record!;
  }

  /** Creates many records in one statement, all or none, in the order of the inputs. */
  createMany(inputs: readonly NewRecord[]): Promise<RegistryRecord[]> {
    return this.writer.insert(inputs);
  }

  /**
   * The living record with a kind and name, created if there is none. The kind's names must be
   * unique.
   */
  async getOrCreate(
    input: NewRecord & { readonly name: string },
  ): Promise<{ readonly record: RegistryRecord; readonly created: boolean }> {
    refuseUnstorable(input);
    const record = await this.findByName(input.type, input.name);
    return record ? { record, created: false } : this.writer.upsert(input);
  }

  /** The record, or any entity, with a public id; `not_found`, or `gone` if it was deleted. */
  async get(uuid: PassportUuid): Promise<RegistryRecord> {
    return requireLiving(await this.#byUuid.rows([uuid]));
  }

  /** The living record with a name, of a kind with unique names; `not_found` if there is none. */
  async getByName(type: string, name: string): Promise<RegistryRecord> {
    const record = await this.findByName(type, name);
    if (!record) throw problem('not_found');
    return record;
  }

  /** The same, or undefined if there is none. */
  async findByName(type: string, name: string): Promise<RegistryRecord | undefined> {
    const { id, uniqueNames } = await this.types.records(type);
    if (!uniqueNames) {
      throw problem('misuse', {
        detail: `Names of the kind ${type} are not unique; add it with uniqueNames.`,
      });
    }
    const [row] = await this.#byName.rows([id, name]);
    return row && readRecord(row);
  }

  /** The record with an internal id, for code that has one from a join; otherwise like `get`. */
  async getByInternalId(id: InternalId<Passport>): Promise<RegistryRecord> {
    return requireLiving(await this.#byId.rows([id]));
  }

  /** Changes a record at a version; `version_mismatch` if it has changed since. */
  update(uuid: PassportUuid, changes: RecordChanges, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.update(uuid, changes, versions);
  }

  /**
   * Makes a record a tombstone. If its kind says `restrict` and something refers to it by a foreign
   * key, fails with `still_referenced`. Its name may be used again, its public id never.
   */
  remove(uuid: PassportUuid, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.remove(uuid, versions);
  }

  /** Restores a deleted record; `conflict` if its name has been given to another. */
  restore(uuid: PassportUuid, versions?: Versions): Promise<RegistryRecord> {
    return this.changer.restore(uuid, versions);
  }
}

const selectRecords = `SELECT ${recordColumns} FROM dual_id.passports p`;

function recordWhere(condition: string, values = 1): WriteScoped {
  const text = (andExists: AndExists) => `${selectRecords} WHERE ${condition}${andExists('p')}`;
  return { values, text };
}

function requireLiving([row]: readonly Row[]): RegistryRecord {
  if (!row) throw problem('not_found');
  const record = readRecord(row);
  if (record.status === 'deleted') throw problem('gone');
  return record;
}
