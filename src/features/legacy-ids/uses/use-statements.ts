import type { Database } from '../../../core/database/database.js';
import type { Row } from '../../../core/database/row.js';
import { statement } from '../../../core/database/statement.js';
import type { LegacyCaller } from '../legacy-caller.js';

/** What is counted of a caller on a route, with the process's own clock. */
export interface CountedUse extends LegacyCaller {
  readonly route: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Who sent old numbers to a route, how often, and when. */
export interface LegacyIdUse {
  /** The method and the pattern of the route, such as `GET /orders/:uuid`. */
  readonly route: string;
  readonly kind: LegacyCaller['kind'];
  /** The public id of the key or person; null for all others. */
  readonly callerUuid: string | null;
  /** How many requests; a request that was written twice after an outage counts twice. */
  readonly count: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Adds counts to those that are there. */
export async function addUses(database: Database, uses: readonly CountedUse[]): Promise<void> {
  const now = performance.now();
  await database.execute(addCounts, [
    uses.map(({ route }) => route),
    uses.map(({ kind }) => kind),
    uses.map(({ uuid }) => uuid),
    uses.map(({ count }) => count),
    uses.map(({ first }) => now - first),
    uses.map(({ last }) => now - last),
  ]);
}

/** Everything that is written, the latest first. */
export async function readUses(database: Database): Promise<readonly LegacyIdUse[]> {
  return (await database.rows(listUses)).map(useIn);
}

function useIn(row: Row): LegacyIdUse {
  const [route, kind, callerUuid, count, first, last] = row as unknown as [
    ...[string, LegacyIdUse['kind'], string | null, string, string, string],
  ];
  return {
    route,
    kind,
    callerUuid,
    count: Number(count),
    firstSeenAt: new Date(Number(first)),
    lastSeenAt: new Date(Number(last)),
  };
}

/** The maximum number of callers of a route that are told apart. */
export const maxCallersOfRoute = 1_000;

/** The key of callers without a public id; nobody else has the Nil UUID. */
const nilUuid = '00000000-0000-0000-0000-000000000000';

/** Rows are written in one order, so that instances do not wait for each other in a circle. */
const addCounts = statement(
  `WITH sent AS (
     SELECT route, kind, coalesce(uuid, '${nilUuid}') AS caller, count,
       clock_timestamp() - first * interval '1 millisecond' AS first,
       clock_timestamp() - last * interval '1 millisecond' AS last
     FROM unnest($1::text[], $2::text[], $3::uuid[], $4::bigint[], $5::double precision[],
       $6::double precision[]) AS sent (route, kind, uuid, count, first, last)
   ), room AS (
     SELECT r.route, ${maxCallersOfRoute} - (SELECT count(*) FROM dual_id.legacy_id_uses u
       WHERE u.route = r.route) AS places
     FROM (SELECT DISTINCT route FROM sent) r
   ), ranked AS (
     SELECT s.*, u.route IS NOT NULL AS is_there,
       row_number() OVER (PARTITION BY s.route, u.route IS NOT NULL ORDER BY s.kind, s.caller) AS at
     FROM sent s LEFT JOIN dual_id.legacy_id_uses u USING (route, kind, caller)
   ), placed AS (
     SELECT r.route, r.count, r.first, r.last,
       CASE WHEN r.is_there OR r.at <= m.places THEN r.kind ELSE 'others' END AS kind,
       CASE WHEN r.is_there OR r.at <= m.places THEN r.caller ELSE '${nilUuid}' END AS caller
     FROM ranked r JOIN room m USING (route)
   )
   INSERT INTO dual_id.legacy_id_uses AS u (route, kind, caller, count, first_seen_at, last_seen_at)
   SELECT route, kind, caller, sum(count), min(first), max(last) FROM placed
   GROUP BY route, kind, caller ORDER BY route, kind, caller
   ON CONFLICT (route, kind, caller) DO UPDATE SET count = u.count + excluded.count,
     first_seen_at = least(u.first_seen_at, excluded.first_seen_at),
     last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at)`,
);

const listUses = statement(
  `SELECT route, kind, nullif(caller, '${nilUuid}'), count::text,
     (extract(epoch FROM first_seen_at) * 1000)::bigint::text,
     (extract(epoch FROM last_seen_at) * 1000)::bigint::text
   FROM dual_id.legacy_id_uses ORDER BY last_seen_at DESC, route, kind, caller`,
);
