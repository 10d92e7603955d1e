import type { Checkpoints } from './checkpoints.js';
import type { ConversionProgress, RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

/** What the work of a step runs with. */
export interface StepRun {
  readonly session: ConversionSession;
  readonly checkpoints: Checkpoints;
  readonly options: RunOptions;
  /** Opens one more connection. */
  readonly open: () => Promise<ConversionSession>;
  /** Tells how far the work is. */
  readonly tell: (
    part: Pick<ConversionProgress, 'blocks' | 'rows' | 'rowsPerSecond' | 'lockedFor'>,
  ) => void;
}
