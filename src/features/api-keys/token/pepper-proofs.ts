import { Logger } from '@nestjs/common';
import { timingSafeEqual } from 'node:crypto';
import { onBehalfOfNobody } from '../../../core/database/caller.js';
import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import { problem } from '../../../core/errors/problem.js';
import type { Peppers } from './peppers.js';

/** A text that is no token. */
const provenText = 'nest-dual-id';

/**
 * What peppers make of a text that never changes, kept beside the keys: by that an instance finds
 * out, without anybody's token, whether its peppers are those that the keys were hashed with.
 *
 * Only a committed key vouches for a pepper: the first one of a version, or one whose token was
 * verified. A proof is kept after that commit, so that nobody waits for the transaction of a key.
 */
export class PepperProofs {
  /** Versions whose proof is that of the own pepper. */
  readonly #proven = new Set<number>();
  /** Versions under whose own pepper there is a committed key. */
  readonly #vouchedFor = new Set<number>();
  /** The keys that this process creates before there is any proof, perhaps in one transaction. */
  readonly #first: string[] = [];
  #keeping: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(
    private readonly database: Database,
    readonly peppers: Peppers,
  ) {}

  /** Refuses a new key if the keys of its version have, or may have, another pepper. */
  async admit(uuid: string): Promise<void> {
    const version = this.peppers.current;
    if (this.#proven.has(version)) return;
    const [row] = await this.database.rows(readProofState, [version, this.#first]);
    const [proof, hasOthers] = row as unknown as [Buffer | null, boolean];
    if (proof !== null) {
      if (this.#isOwn(version, proof)) return;
      throw problem('pepper_differs', { detail: differing(version) });
    }
    if (this.#vouchedFor.has(version)) return;
    if (hasOthers) throw problem('pepper_unproven', { detail: unproven(version) });
    this.#first.push(uuid);
  }

  /** Once it is committed, a new key vouches for the pepper that new keys use. */
  noteCreated(): void {
    const version = this.peppers.current;
    if (!this.#proven.has(version)) this.#keepAfterCommit(version);
  }

  /** So does a key whose token was verified, for the pepper that it was hashed with. */
  noteVerified(version: number): void {
    if (this.#proven.has(version) || this.#vouchedFor.has(version)) return;
    this.#keepAfterCommit(version);
  }

  /** The versions under which there are other peppers than those that keys were hashed with. */
  async differing(): Promise<number[]> {
    await this.settled();
    const kept = (await this.database.rows(readProofs)) as unknown as [number, Buffer][];
    const known = kept.filter(([version]) => this.peppers.versions.includes(version));
    return known.flatMap(([version, proof]) => (this.#isOwn(version, proof) ? [] : [version]));
  }

  /** Resolves when no proof is being kept; it never rejects. */
  settled(): Promise<void> {
    return this.#keeping;
  }

  #keepAfterCommit(version: number): void {
    this.database.afterCommit(() => {
      this.#vouchedFor.add(version);
      this.#keeping = this.#keeping.then(() => onBehalfOfNobody(() => this.#keep(version)));
    });
  }

  /** The proof that was kept first counts. */
  async #keep(version: number): Promise<void> {
    if (this.#proven.has(version)) return;
    try {
      const proof = (await this.#read(version)) ?? (await this.#write(version));
      if (proof && !this.#isOwn(version, proof)) warnOfPepper(version);
      this.#isFailing = false;
    } catch (error) {
      this.#warn(version, error as Error);
    }
  }

  async #read(version: number): Promise<Buffer | undefined> {
    const [row] = await this.database.rows(readProof, [version]);
    return row?.[0] as Buffer | undefined;
  }

  async #write(version: number): Promise<Buffer | undefined> {
    const own = this.peppers.hashWith(version, provenText);
    await this.database.execute(keepProof, [version, own]);
    return this.#read(version);
  }

  #isOwn(version: number, proof: Buffer): boolean {
    const isOwn = timingSafeEqual(this.peppers.hashWith(version, provenText)!, proof);
    if (isOwn) this.#proven.add(version);
    return isOwn;
  }

  #warn(version: number, { message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `The proof of the pepper of version ${version} could not be kept; it is tried again with the next new key. ${message}`,
    );
  }
}

/** Tells the operator of a pepper with which no key is recognized. */
export function warnOfPepper(version: number): void {
  new Logger('DualId').warn(
    `API keys of the pepper of version ${version} are refused: the option peppers of ApiKeysModule has another secret under it than the one that they were hashed with. Put that one back, and a new one under a higher version.`,
  );
}

function differing(version: number): string {
  return `The option peppers of ApiKeysModule has another secret under version ${version} than the one that the keys of this version were hashed with.`;
}

function unproven(version: number): string {
  return `There are API keys of the pepper of version ${version}, and nothing shows yet that they were hashed with the secret under it in the option peppers of ApiKeysModule.`;
}

/** Keys that are over do not matter: whoever has one of them is refused in any case. */
const readProofState = statement(
  `SELECT p.proof, CASE WHEN p.proof IS NULL THEN EXISTS (
     SELECT FROM dual_id.api_keys WHERE pepper_version = $1 AND uuid <> ALL ($2::uuid[])
       AND revoked_at IS NULL
       AND coalesce(least(expires_at, grace_until) > clock_timestamp(), true))
     ELSE true END
   FROM (SELECT) one LEFT JOIN dual_id.api_key_peppers p ON p.version = $1`,
);
const readProof = statement('SELECT proof FROM dual_id.api_key_peppers WHERE version = $1');
const keepProof = statement(
  `INSERT INTO dual_id.api_key_peppers (version, proof) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
);
const readProofs = statement('SELECT version, proof FROM dual_id.api_key_peppers ORDER BY version');
