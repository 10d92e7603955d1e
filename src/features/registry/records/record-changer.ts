import { Inject, Injectable } from '@nestjs/common';
import type { Row } from '../../../core/database/row.js';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { Versions } from '../../../core/entity/versions.js';
import { requireVersion } from '../../../core/entity/versions.js';
import { problem } from '../../../core/errors/problem.js';
import { Entities } from '../entities.js';
import { Impact } from '../impact/impact.js';
import type { RecordChanges, RegistryRecord } from './record.js';
import { readRecord, recordColumns } from './record.js';
import { namingName, refuseUnstorable } from './record-writer.js';

/** A passport under lock, with what its kind allows. */
interface Held {
  readonly id: string;
  readonly uuid: string;
  readonly status: string;
  readonly version: number;
  readonly type: string;
  readonly isRecord: boolean;
  readonly isRestricted: boolean;
}

/** Changes records at a version: of several writers one wins, the others get an error. */
@Injectable()
export class RecordChanger {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Impact) private readonly impact: Impact,
    @Inject(Entities) private readonly entities: Entities,
  ) {}

  async update(uuid: string, changes: RecordChanges, versions?: Versions): Promise<RegistryRecord> {
    refuseUnstorable(changes);
    return this.database.transaction(async () => {
      const held = await this.#hold(uuid, versions);
      if (held.status === 'deleted') throw problem('gone');
      if (changes.name !== undefined && !held.isRecord) {
        const errors = [{ pointer: '/name', detail: `follows the columns of the ${held.type}` }];
        throw problem('rule_violated', { errors });
      }
      const { name, description, status } = changes;
      const named = [name !== undefined, name ?? null];
      const described = [description !== undefined, description ?? null];
      const values = [held.id, ...named, ...described, status ?? null];
      return this.#changed(await this.database.rows(change, values).catch(namingName));
    });
  }

  remove(uuid: string, versions?: Versions): Promise<RegistryRecord> {
    return this.database.transaction(async () => {
      const held = await this.#holdRecord(uuid, versions);
      if (held.status === 'deleted') throw problem('gone');
      if (held.isRestricted) await this.#requireFree(held);
      return this.#changed(await this.database.rows(deleteRecord, [held.id]));
    });
  }

  restore(uuid: string, versions?: Versions): Promise<RegistryRecord> {
    return this.database.transaction(async () => {
      const held = await this.#holdRecord(uuid, versions);
      if (held.status !== 'deleted')
        throw problem('rule_violated', { detail: 'It is not deleted.' });
      return this.#changed(await this.database.rows(revive, [held.id]).catch(namingName));
    });
  }

  /** `Impact` sees rows linked before the lock, and the lock prevents new ones. */
  async #requireFree(held: Held): Promise<void> {
    const items = await this.impact.itemsOf(held);
    if (items.length === 0) return;
    const kinds = items.map(({ kind, type }) => (kind === 'relation' ? kind : type));
    const named = [...new Set(kinds)].toSorted().join(', ');
    throw problem('still_referenced', { detail: `What refers to it: ${named}.` });
  }

  #changed([row]: readonly Row[]): RegistryRecord {
    return readRecord(row!);
  }

  async #holdRecord(uuid: string, versions: Versions | undefined): Promise<Held> {
    const held = await this.#hold(uuid, versions);
    if (held.isRecord) return held;
    throw problem('rule_violated', {
      detail: `The passport of a ${held.type} follows its row; delete or restore that.`,
    });
  }

  /**
   * The lock waits for transactions that are linking a row to the passport, and blocks new ones.
   */
  async #hold(uuid: string, versions: Versions | undefined): Promise<Held> {
    await this.entities.requireOwn([uuid]);
    const [row] = await this.database.rows(holdEntity, [uuid]);
    if (!row) throw problem('not_found');
    const [id, status, current, type, isRecord, policy] = row as [
      ...[string, string, number, string, boolean, string],
    ];
    requireVersion(current, versions);
    return {
      id,
      uuid,
      status,
      version: current,
      type,
      isRecord,
      isRestricted: policy === 'restrict',
    };
  }
}

const holdEntity = statement(
  `SELECT passport, passport_status, passport_version, kind, is_record, policy
   FROM dual_id.hold_passport($1)`,
  'write',
);

const change = statement(
  `SELECT ${recordColumns} FROM dual_id.change_record($1, $2, $3, $4, $5, $6) p`,
  'write',
);
const deleteRecord = statement(`SELECT ${recordColumns} FROM dual_id.remove_record($1) p`, 'write');
const revive = statement(`SELECT ${recordColumns} FROM dual_id.restore_record($1) p`, 'write');
