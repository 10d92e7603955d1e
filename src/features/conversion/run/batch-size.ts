const firstBlocks = 8;
const mostBlocks = 8_192;

/** What a batch was like. */
export interface DoneBatch {
  readonly blocks: number;
  readonly rows: number;
  /** Milliseconds of its longest round. */
  readonly longest: number;
  /** Whether somebody waited for one of its locks. */
  readonly isBusy: boolean;
  /** Most rows a second. */
  readonly rate: number;
}

/** How many blocks the next batch has: what fits into its time, and no more rows than a second may have. */
export class BatchSize {
  #blocks = firstBlocks;

  constructor(private readonly batchTime: number) {}

  get blocks(): number {
    return this.#blocks;
  }

  adapt({ blocks, rows, longest, isBusy, rate }: DoneBatch): void {
    const aim = isBusy ? this.batchTime / 2 : this.batchTime;
    const factor = Math.min(2, Math.max(0.5, aim / Math.max(longest, 1)));
    const allowed = rows > 0 ? (rate * blocks) / rows : mostBlocks;
    const next = Math.round(Math.min(this.#blocks * factor, allowed));
    this.#blocks = Math.min(mostBlocks, Math.max(1, next));
  }
}
