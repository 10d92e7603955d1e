import type { EntityMetadata } from 'typeorm';
import type { Statement } from '../database/statement.js';
import { statement } from '../database/statement.js';
import { addressColumn } from '../definition/address.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import { ownAlias, ownedSql } from '../reading/owned-sql.js';
import type { Ownership } from '../reading/ownership.js';
import type { Junction } from '../view/junction.js';

/** How a change of links affects the pairs of one row. */
export type LinkChangeKind = 'set' | 'add' | 'remove';

/** What a change of links depends on besides its values. */
export interface LinkConditions {
  readonly kind: LinkChangeKind;
  readonly hasVersion: boolean;
  /** Whose the row has to be, and whose those it is linked with, for restricted work. */
  readonly own: Ownership | undefined;
  readonly otherOwn: Ownership | undefined;
}

/**
 * The statement of a change of links: `$1` is the address of the row, `$2` the distinct addresses
 * of the others, then the versions if they are checked, and the owner if there is one.
 *
 * Returns whether the row exists, whether it was changed, the addresses of the others that exist,
 * and how many pairs were added and removed. The pairs change only if the row is still as in the
 * statement's snapshot: the snapshot does not show what another transaction linked meanwhile, and
 * setting links would keep it.
 */
export function linkStatement(
  entity: EntityMetadata,
  junction: Junction,
  { kind, hasVersion, own, otherOwn }: LinkConditions,
): Statement {
  const { target, near, far } = junction;
  const pairs = tableOf(junction.table);
  const [nearName, farName] = [nameOf(near), nameOf(far)];
  const [nearKey, farKey] = [near.referencedColumn!, far.referencedColumn!].map(nameOf);
  const address = nameOf(addressColumn(entity)!);
  const targetAddress = nameOf(addressColumn(target)!);
  const andOwn = (owner?: Ownership) =>
    owner ? ` AND ${ownedSql(owner, hasVersion ? '$4' : '$3')}` : '';
  const version = hasVersion ? linkedVersionSql(entity) : '';
  const row = `${address} = $1${andAlive(entity)}${version}${andOwn(own)}`;
  // Removing links may name entities that are already deleted, and those of other owners.
  const linkable = kind === 'remove' ? '' : `${andAlive(target)}${andOwn(otherOwn)}`;
  const others = `${targetAddress} = ANY($2)${linkable}`;
  const aliased = (owner?: Ownership) => (owner ? ` AS ${ownAlias}` : '');
  const allFound = kind === 'remove' ? '' : ' AND (SELECT count(*) FROM asked) = cardinality($2)';
  const text = `WITH
    seen AS MATERIALIZED (
      SELECT ${nearKey} AS key, xmin AS row_version FROM ${tableOf(entity)}${aliased(own)} WHERE ${row}),
    asked AS MATERIALIZED (
      SELECT ${farKey} AS key, ${targetAddress}::text AS address
      FROM ${tableOf(target)}${aliased(otherOwn)} WHERE ${others}),
    changed AS (
      UPDATE ${tableOf(entity)} t SET ${touchSql(entity, address)} FROM seen
      WHERE t.${nearKey} = seen.key AND t.xmin = seen.row_version${allFound}
      RETURNING t.${nearKey} AS key),
    removed AS (${removedSql(kind, pairs, nearName, farName)}),
    added AS (${addedSql(kind, pairs, nearName, farName)})
    SELECT EXISTS (SELECT FROM seen), EXISTS (SELECT FROM changed),
      ARRAY(SELECT address FROM asked),
      (SELECT count(*)::int FROM added), (SELECT count(*)::int FROM removed)`;
  return { ...statement(text), isOwn: true };
}

function removedSql(kind: LinkChangeKind, pairs: string, near: string, far: string): string {
  if (kind === 'add') return 'SELECT WHERE false';
  const which = kind === 'remove' ? 'EXISTS' : 'NOT EXISTS';
  return `DELETE FROM ${pairs} p USING changed WHERE p.${near} = changed.key
    AND ${which} (SELECT FROM asked WHERE asked.key = p.${far}) RETURNING 1`;
}

function addedSql(kind: LinkChangeKind, pairs: string, near: string, far: string): string {
  if (kind === 'remove') return 'SELECT WHERE false';
  return `INSERT INTO ${pairs} (${near}, ${far})
    SELECT changed.key, asked.key FROM changed CROSS JOIN asked
    ON CONFLICT (${near}, ${far}) DO NOTHING RETURNING 1`;
}

/**
 * Links are part of what a row shows, so changing them updates its version and last-change time.
 */
function touchSql({ versionColumn, updateDateColumn }: EntityMetadata, address: string): string {
  const touched = [
    ...(versionColumn ? [`${nameOf(versionColumn)} = t.${nameOf(versionColumn)} + 1`] : []),
    ...(updateDateColumn ? [`${nameOf(updateDateColumn)} = now()`] : []),
  ];
  return touched.length > 0 ? touched.join(', ') : `${address} = t.${address}`;
}

/** An entity without a version column matches no version a client sends. */
function linkedVersionSql({ versionColumn }: EntityMetadata): string {
  return versionColumn
    ? ` AND ${nameOf(versionColumn)} = ANY($3::bigint[])`
    : ' AND $3::bigint[] IS NULL';
}
