import type { Row } from '../../core/database/row.js';
import type { PublicId } from '../../core/ids/ids.js';
import type { Passport, PassportStatus } from '../../core/passport/passport.entity.js';

/** What lists and searches show of an entity or record. */
export interface RegistryEntry {
  readonly uuid: PublicId<Passport>;
  readonly type: string;
  readonly name: string | null;
  readonly status: PassportStatus;
  readonly createdAt: Date;
}

/** The columns of an entry, from the passport `p`, in the order `readEntry` expects. */
export const entryColumns = `p.uuid,
  (SELECT t.name FROM dual_id.platform_types t WHERE t.id = p.platform_type_id),
  p.name, p.status, p.created_at`;

/** Reads an entry from the first columns of a row of `entryColumns`. */
export function readEntry(row: Row): RegistryEntry {
  const [uuid, type, name, status, createdAt] = row as EntryRow;
  return { uuid, type, name, status, createdAt };
}

type EntryRow = readonly [
  PublicId<Passport>,
  string,
  string | null,
  PassportStatus,
  Date,
  ...unknown[],
];
