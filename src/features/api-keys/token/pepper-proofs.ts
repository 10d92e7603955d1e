import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { Peppers } from './peppers.js';

/** A text that is no token. */
const provenText = 'nest-dual-id';

/**
 * What peppers make of a text that never changes, kept beside the keys: by that an instance finds
 * out, without anybody's token, whether its peppers are those that the keys were hashed with.
 */
export class PepperProofs {
  #isKept = false;

  constructor(
    private readonly database: Database,
    private readonly peppers: Peppers,
  ) {}

  /** Keeps the proof of the pepper that new keys use, unless there is one of its version. */
  async keep(): Promise<void> {
    if (this.#isKept) return;
    const { hash, pepperVersion } = this.peppers.hash(provenText);
    await this.database.execute(keepProof, [pepperVersion, hash]);
    this.database.afterCommit(() => (this.#isKept = true));
  }

  /** The versions under which there are other peppers than those that keys were hashed with. */
  async differing(): Promise<number[]> {
    const kept = (await this.database.rows(readProofs)) as unknown as [number, Buffer][];
    const differing = kept.filter(([version, proof]) => {
      const hash = this.peppers.hashWith(version, provenText);
      return hash !== undefined && !timingSafeEqual(hash, proof);
    });
    return differing.map(([version]) => version);
  }
}

const keepProof = statement(
  `INSERT INTO dual_id.api_key_peppers (version, proof) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
);
const readProofs = statement('SELECT version, proof FROM dual_id.api_key_peppers ORDER BY version');
