import { Logger } from '@nestjs/common';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { VersionedOutcome } from '../../../core/access/versioned-cache.js';
import type { Counters } from '../../../core/database/counters.js';
import type { Database } from '../../../core/database/database.js';
import type { Row } from '../../../core/database/row.js';
import { statement } from '../../../core/database/statement.js';
import type { GuestRows } from '../guest-rows.js';
import type { PepperProofs } from '../token/pepper-proofs.js';
import type { RecognizedToken } from '../token/token-reader.js';
import type { KeyRefusal, VerifiedKey } from './verified-key.js';

/** What the database says of a token. */
export type LookedUp = VersionedOutcome<VerifiedKey | KeyRefusal>;

/** A key as the lookup reads it. */
interface KeyRow extends Omit<VerifiedKey, 'uuid' | 'guestOf'> {
  readonly uuid: string | null;
  readonly hash: Buffer;
  readonly pepperVersion: number | null;
  readonly principalType: number | null;
  readonly isRevoked: boolean;
  /** Whether there is a proof of its pepper, if it has one. */
  readonly isProven: boolean;
  readonly left: number;
}

/** Looks up keys; every token takes the same statement and one hash, whether a key has it or not. */
export class KeyLookup {
  readonly #logger = new Logger('DualId');
  readonly #missing = new Set<number>();
  readonly #noHash = randomBytes(32);

  constructor(
    private readonly database: Database,
    private readonly proofs: PepperProofs,
    private readonly counters: Counters,
    private readonly guests: GuestRows,
  ) {}

  async find(token: RecognizedToken): Promise<LookedUp> {
    this.counters.add('lookups');
    const { uuid, names, sha256 } = token;
    const [row] = await (uuid === undefined
      ? this.database.rows(byHash, [sha256(), names])
      : this.database.rows(byUuid, [uuid]));
    const { version, key } = readKeyRow(row!);
    const hash = this.#hashOf(token, key);
    const isSame = timingSafeEqual(hash ?? this.#noHash, key.hash ?? this.#noHash);
    const isRight = isSame && hash !== undefined && key.uuid !== null;
    if (isRight && !key.isProven) this.proofs.noteVerified(key.pepperVersion!);
    return { version, left: key.left, outcome: this.#outcome(key, isRight, token.environment) };
  }

  /** The clock of the database has decided what is left. */
  #outcome(key: KeyRow, isRight: boolean, environment: string): VerifiedKey | KeyRefusal {
    if (!isRight || key.environment !== environment) return 'unknown';
    if (key.isRevoked) return 'revoked';
    if (key.left <= 0) return 'expired';
    const { uuid, principalUuid, principalType, expiresAt } = key;
    const guestOf =
      principalType === null ? null : this.guests.rowOf(principalUuid!, principalType);
    // The row is of another application that shares the database.
    if (guestOf === undefined) return 'unknown';
    const scopes = Object.freeze([...key.scopes]);
    const of = guestOf ? { principalUuid: null, guestOf } : { principalUuid, guestOf };
    return { uuid: uuid!, scopes, ...of, environment, expiresAt };
  }

  #hashOf({ uuid, text, sha256 }: RecognizedToken, key: KeyRow): Buffer | undefined {
    if (uuid === undefined) return sha256();
    const { peppers } = this.proofs;
    const current = peppers.hash(text);
    if (key.pepperVersion === null || key.pepperVersion === current.pepperVersion) {
      return current.hash;
    }
    const hash = peppers.hashWith(key.pepperVersion, text);
    if (hash === undefined) this.#tellMissing(key.pepperVersion);
    return hash;
  }

  #tellMissing(version: number): void {
    this.counters.add('missingPepper');
    if (this.#missing.has(version)) return;
    this.#missing.add(version);
    this.#logger.warn(
      `API keys whose hashes were made with the pepper of version ${version} are refused: the option peppers of ApiKeysModule lacks that version.`,
    );
  }
}

function readKeyRow(row: Row): { readonly version: bigint; readonly key: KeyRow } {
  const [version, uuid, hash, pepperVersion, scopes, ...rest] = row as [
    string | null,
    string | null,
    Buffer,
    number | null,
    string[],
  ];
  const [principalUuid, principalType, environment, expiresAt, ...state] = rest as unknown as [
    ...[string | null, number | null, string, Date | null, boolean, boolean, number | null],
  ];
  const [isRevoked, isProven, left] = state;
  const words = { uuid, hash, pepperVersion, scopes, principalUuid, principalType, environment };
  const key = { ...words, expiresAt, isRevoked, isProven, left: left ?? Infinity };
  return { version: BigInt(version ?? 0), key };
}

/** The version is of the same snapshot as the key, and there is always one row. */
const keyStatement = (condition: string) =>
  statement(`
  SELECT (SELECT version FROM dual_id.access_version)::text, k.uuid, k.hash, k.pepper_version,
    k.scopes, k.principal_uuid, k.principal_type, k.environment, k.expires_at,
    k.revoked_at IS NOT NULL OR coalesce(p.status = 'deleted', false)
      OR (k.principal_type IS NOT NULL AND p.platform_type_id IS DISTINCT FROM k.principal_type),
    k.pepper_version IS NULL
      OR EXISTS (SELECT FROM dual_id.api_key_peppers q WHERE q.version = k.pepper_version),
    (extract(epoch FROM least(k.expires_at, k.grace_until) - clock_timestamp()) * 1000)
      ::double precision
  FROM (SELECT) one LEFT JOIN dual_id.api_keys k ON ${condition}
  LEFT JOIN dual_id.passports p ON p.uuid = k.principal_uuid`);

const byUuid = keyStatement('k.uuid = $1 AND k.pepper_version IS NOT NULL');
const byHash = keyStatement(
  'k.hash = $1::bytea AND k.pepper_version IS NULL AND k.imported_from = ANY ($2::text[])',
);
