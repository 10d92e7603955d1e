import type { VersionedOutcome } from '../../../core/access/versioned-cache.js';
import type { Database } from '../../../core/database/database.js';
import type { Row } from '../../../core/database/row.js';
import { statement } from '../../../core/database/statement.js';
import { Coalescer } from '../../../core/reading/coalescer.js';
import { fixedSet } from '../../../core/access/fixed-set.js';

/** The permissions of a principal, or why there are none. */
export type Rights = ReadonlySet<string> | 'unknown';

/** Looks up what principals may do; those asked for in the same turn share one statement. */
export class RightsLookup {
  readonly #coalescer: Coalescer<VersionedOutcome<Rights>>;

  constructor(private readonly database: Database) {
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids), { max: 100 });
  }

  async find(uuid: string): Promise<VersionedOutcome<Rights>> {
    const found = this.database.mayShare
      ? await this.#coalescer.get(uuid)
      : (await this.#load([uuid])).get(uuid);
    return found!;
  }

  async #load(uuids: readonly string[]): Promise<ReadonlyMap<string, VersionedOutcome<Rights>>> {
    const rows = await this.database.rows(readRights, [uuids]);
    return new Map(rows.map((row) => [row[0] as string, readOutcome(row)]));
  }
}

function readOutcome([, version, isAlive, names]: Row): VersionedOutcome<Rights> {
  const outcome = isAlive === true ? fixedSet(names as readonly string[]) : 'unknown';
  return { outcome, left: Infinity, version: BigInt((version as string | null) ?? 0) };
}

/** The version is of the same snapshot as the rights, and there is a row for each public id. */
const readRights = statement(
  `SELECT asked.uuid, (SELECT v.version FROM dual_id.access_version v)::text, p.uuid IS NOT NULL,
     ARRAY(SELECT n.name FROM dual_id.permissions n WHERE n.uuid IN (
       SELECT r.permission_uuid FROM dual_id.role_permissions r WHERE r.role_uuid IN (
         SELECT h.role_uuid FROM dual_id.principal_roles h WHERE h.principal_id = p.entity_id
         UNION ALL
         SELECT g.role_uuid FROM dual_id.group_members m
           JOIN dual_id.group_roles g USING (group_uuid) WHERE m.principal_id = p.entity_id)))
   FROM unnest($1::uuid[]) AS asked (uuid)
   LEFT JOIN dual_id.passports p ON p.uuid = asked.uuid AND p.status <> 'deleted'
     AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i)`,
);
