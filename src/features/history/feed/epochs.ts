import type { Database } from '../../../core/database/database.js';
import { problem } from '../../../core/errors/problem.js';
import { readEpochs } from './feed-statements.js';

/** The numbers of the changes that were made in one cluster. */
export interface Epoch {
  /** The last number before it. */
  readonly after: string;
  /** Its last number; undefined in the cluster of now. */
  readonly until: string | undefined;
}

type EpochRow = readonly [epoch: number, cluster: string, after: string];

/** The clusters that the log has lived in. */
export class Epochs {
  #rows: readonly EpochRow[] = [];

  constructor(private readonly database: Database) {}

  /** The epoch of a number; one that the log does not know is of a later state of it. */
  async of(epoch: number): Promise<Epoch> {
    if (this.#rows.length === 0) await this.#read();
    const at = this.#rows.findIndex(([number]) => number === epoch);
    if (at < 0) throw problem('offset_ahead');
    return { after: this.#rows[at]![2], until: this.#rows[at - 1]?.[2] };
  }

  /**
   * Whether the log is known to be in this cluster. If not, it is looked up again, and
   * `cluster_changed` is thrown as long as the log was not told of the cluster.
   */
  async isIn(cluster: string): Promise<boolean> {
    if (this.#rows[0]?.[1] === cluster) return true;
    await this.#read();
    if (this.#rows[0]?.[1] !== cluster) throw problem('cluster_changed');
    return false;
  }

  async #read(): Promise<void> {
    this.#rows = (await this.database.rows(readEpochs)) as unknown as readonly EpochRow[];
  }
}
