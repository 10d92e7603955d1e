import type { Row } from '../../../core/database/row.js';
import type { InternalId, PublicId } from '../../../core/ids/ids.js';
import type { Passport, PassportStatus } from '../../../core/passport/passport.entity.js';

/** A row of the registry, for code: its internal id links tables and never leaves the process. */
export interface RegistryRecord {
  readonly id: InternalId<Passport>;
  readonly uuid: PublicId<Passport>;
  readonly type: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly status: PassportStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

/** The values of a new record. */
export interface NewRecord {
  /** Name of a kind of records that a migration added with `addRecordType`. */
  readonly type: string;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** What may change in a record. The name of an entity follows its own columns instead. */
export interface RecordChanges {
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly status?: Exclude<PassportStatus, 'deleted'> | undefined;
}

/** The columns of a record, from the passport `p`, in the order `readRecord` expects. */
export const recordColumns = `p.id, p.uuid,
  (SELECT t.name FROM dual_id.platform_types t WHERE t.id = p.platform_type_id),
  p.name, p.description, p.status, p.version, p.created_at, p.updated_at, p.deleted_at`;

/** Reads a record from a row of `recordColumns`. */
export function readRecord(row: Row): RegistryRecord {
  const [id, uuid, type, name, description, status, version, createdAt, updatedAt, deletedAt] =
    row as RecordRow;
  return {
    id,
    uuid,
    type,
    name,
    description,
    status,
    version,
    createdAt,
    updatedAt,
    deletedAt,
  };
}

type RecordRow = readonly [
  InternalId<Passport>,
  PublicId<Passport>,
  string,
  string | null,
  string | null,
  PassportStatus,
  number,
  Date,
  Date,
  Date | null,
];
