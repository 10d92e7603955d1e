import type { AccessControl } from '../../core/access/access-control.js';
import type { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import { problem } from '../../core/errors/problem.js';
import { missingPrincipal } from './grantable-scopes.js';
import { fromNowSql } from '../../core/sql/from-now.js';
import type { KeyInfo } from './key-info.js';
import { infoColumns, readInfo } from './key-info.js';
import type { KeyPrincipal } from './guest-rows.js';
import type { NewKey } from './new-key.js';

/** What the table keeps of a token. */
export interface StoredToken {
  readonly uuid: string;
  readonly start: string;
  readonly hash: Buffer;
  /** Null for the token of another system, whose name is then `importedFrom`. */
  readonly pepperVersion: number | null;
  readonly importedFrom: string | null;
  readonly environment: string;
}

/** When the keys of a rotation end. */
export interface RotationTimes {
  /** Milliseconds for which the old key is still valid. */
  readonly grace: number;
  /** When the new key ends; undefined means when the old one does. */
  readonly expiresAt: Date | null | undefined;
}

/** For whom a new key acts, and whether a client names them. */
export interface InsertedFor {
  readonly principal: KeyPrincipal | undefined;
  readonly isForClient: boolean;
}

/** Which keys to list. */
export interface ListedKeys {
  readonly owner: KeyPrincipal | undefined;
  readonly after?: string | null | undefined;
  readonly limit: number;
}

/** A key, by its public id, among all keys or among those that act for an owner. */
export interface AddressedKey {
  readonly uuid: string;
  readonly owner: KeyPrincipal | undefined;
}

/** Writes the table of keys. */
export class KeyRows {
  constructor(
    private readonly database: Database,
    private readonly access?: Pick<AccessControl, 'principalType'>,
  ) {}

  /** Code may know principals that the registry does not; a client names one by its public id. */
  async insert(
    key: NewKey,
    stored: StoredToken,
    { principal, isForClient }: InsertedFor,
  ): Promise<KeyInfo> {
    const { name, scopes, expiresAt = null } = key;
    const { uuid, start, hash, pepperVersion, importedFrom, environment } = stored;
    return this.database.transaction(async () => {
      if (principal?.type != null) await this.#holdGuestRow(principal);
      else if (principal) await this.#holdPrincipal(principal.uuid, isForClient);
      const token = [uuid, start, hash, pepperVersion, importedFrom, environment];
      const [row] = await this.database.rows(insert, [
        ...token,
        name,
        [...new Set(scopes)],
        expiresAt,
        ...principalValues(principal),
      ]);
      return readInfo(row!);
    });
  }

  /** Revokes a key; one that is revoked already stays so. */
  async revoke({ uuid, owner }: AddressedKey): Promise<void> {
    if ((await this.database.execute(revoke, [uuid, ...principalValues(owner)], uuid)) > 0) return;
    await this.find({ uuid, owner });
  }

  /** Revokes the keys of all guests of a row, also those that others are creating. */
  async revokeGuests(row: KeyPrincipal): Promise<number> {
    return this.database.transaction(async () => {
      await this.database.rows(lockGuestRow, [[row.uuid]]);
      let revoked = 0;
      let more: number;
      // A rotation under way leaves a key that the statement which waited for it cannot see.
      do {
        more = await this.database.execute(revokeGuests, principalValues(row), row.uuid);
        revoked += more;
      } while (more > 0);
      return revoked;
    });
  }

  /**
   * Replaces a key by another one like it, and returns the new one. The old one stays valid for
   * some time. The row is locked, so that only one of several rotations finds it as it was.
   */
  async rotate(
    { uuid, owner }: AddressedKey,
    stored: StoredToken,
    times: RotationTimes,
  ): Promise<KeyInfo> {
    const { start, hash, pepperVersion, environment } = stored;
    const { grace, expiresAt } = times;
    const token = [stored.uuid, start, hash, pepperVersion, environment];
    const expiry = [expiresAt !== undefined, expiresAt ?? null];
    const values = [uuid, ...token, grace, ...expiry, ...principalValues(owner)];
    const [row] = await this.database.rows(rotate, values, uuid);
    if (row) return readInfo(row);
    const { replacedByUuid } = await this.find({ uuid, owner });
    throw problem(replacedByUuid === null ? 'key_inactive' : 'key_rotated');
  }

  /** The newest keys first. None are behind a key that is not among those listed. */
  async list({ owner, after = null, limit }: ListedKeys): Promise<KeyInfo[]> {
    return (await this.database.rows(listKeys, [after, limit, ...principalValues(owner)])).map(
      readInfo,
    );
  }

  async find({ uuid, owner }: AddressedKey): Promise<KeyInfo> {
    const [row] = await this.database.rows(find, [uuid, ...principalValues(owner)]);
    if (!row) throw problem('not_found');
    return readInfo(row);
  }

  /** A guest needs a row that is there, whoever says so. */
  async #holdGuestRow({ uuid, type }: KeyPrincipal): Promise<void> {
    const [row] = await this.database.rows(holdRow, [[uuid], [type]]);
    if (!row) throw missingPrincipal('guestOf');
    if (row[0] === true) throw problem('gone', { detail: 'The row of the guest was deleted.' });
  }

  /** Whoever is being erased is waited for, and one who was erased gets no key. */
  async #holdPrincipal(uuid: string, isForClient: boolean): Promise<void> {
    const type = this.access?.principalType;
    const [passport] = await (isForClient && type !== undefined
      ? this.database.rows(holdRow, [[uuid], [type]])
      : this.database.rows(holdAnyRow, [[uuid]]));
    if (!passport && isForClient) throw missingPrincipal();
    if (passport?.[0] !== true) return;
    throw problem('gone', { detail: 'The principal of the key was deleted.' });
  }
}

function principalValues(
  principal: KeyPrincipal | undefined,
): readonly [string | null, number | null] {
  return [principal?.uuid ?? null, principal?.type ?? null];
}

/** The condition that a key acts for an owner, given by two placeholders; for none, for any. */
function actsFor(uuid: string, type: string): string {
  return `(${uuid}::uuid IS NULL OR principal_uuid = ${uuid}
     AND principal_type IS NOT DISTINCT FROM ${type}::smallint)`;
}

const holdRow = statement(
  'SELECT is_deleted FROM dual_id.hold_people($1::uuid[], $2::smallint[])',
  'write',
);

const lockGuestRow = statement(`SELECT dual_id.lock_passports($1::uuid[], 'wait')`, 'write');

const holdAnyRow = statement(
  `SELECT status = 'deleted' FROM dual_id.hold_passports($1::uuid[]) AS status`,
  'write',
);

const insert = statement(
  `INSERT INTO dual_id.api_keys AS k (uuid, start, hash, pepper_version, imported_from, environment,
     name, scopes, expires_at, principal_uuid, principal_type)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${infoColumns}`,
);

const revoke = statement(
  `UPDATE dual_id.api_keys SET revoked_at = clock_timestamp()
   WHERE uuid = $1 AND revoked_at IS NULL AND ${actsFor('$2', '$3')}`,
);

const revokeGuests = statement(
  `UPDATE dual_id.api_keys SET revoked_at = clock_timestamp()
   WHERE principal_uuid = $1 AND principal_type = $2::smallint AND revoked_at IS NULL`,
);

const rotate = statement(
  `WITH old AS (
     SELECT * FROM dual_id.api_keys k
     WHERE uuid = $1 AND replaced_by_id IS NULL AND revoked_at IS NULL
       AND ${actsFor('$10', '$11')}
       AND (expires_at IS NULL OR expires_at > clock_timestamp())
       AND NOT EXISTS (SELECT FROM dual_id.passports p
         WHERE p.uuid = k.principal_uuid AND p.status = 'deleted')
     FOR UPDATE
   ), made AS (
     INSERT INTO dual_id.api_keys (uuid, start, hash, pepper_version, environment,
       name, scopes, principal_uuid, principal_type, expires_at)
     SELECT $2, $3, $4, $5, $6, old.name, old.scopes, old.principal_uuid, old.principal_type,
       CASE WHEN $8::boolean THEN $9::timestamptz ELSE old.expires_at END
     FROM old RETURNING *
   ), linked AS (
     UPDATE dual_id.api_keys k SET replaced_by_id = made.id, rotated_at = now(),
       grace_until = ${fromNowSql('$7')}
     FROM old, made WHERE k.id = old.id
   )
   SELECT ${infoColumns} FROM made k`,
);

const listKeys = statement(
  `SELECT ${infoColumns} FROM dual_id.api_keys k
   WHERE ${actsFor('$3', '$4')}
     AND ($1::uuid IS NULL OR (k.created_at, k.id) <
       (SELECT k.created_at, k.id FROM dual_id.api_keys k
        WHERE k.uuid = $1 AND ${actsFor('$3', '$4')}))
   ORDER BY k.created_at DESC, k.id DESC LIMIT $2`,
);

const find = statement(
  `SELECT ${infoColumns} FROM dual_id.api_keys k
   WHERE k.uuid = $1 AND ${actsFor('$2', '$3')}`,
);
