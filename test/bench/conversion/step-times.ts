import type { Conversions, Phase } from 'nest-dual-id/conversion';

/** Seconds of each phase, and how fast each backfill was. */
export interface StepTimes {
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  readonly backfills: readonly {
    readonly step: string;
    readonly rows: number;
    readonly perSecond: number;
    /** How many times as large the table was afterwards. */
    readonly bloat: number;
  }[];
}

/** Reads what the database has noted of the only conversion. */
export async function stepTimes(conversions: Conversions): Promise<StepTimes> {
  const [conversion] = await conversions.status();
  const phases: Partial<Record<Phase, number>> = {};
  const backfills = [];
  let last = conversion!.createdAt.getTime();
  for (const { name, phase, work, stored } of conversion!.steps) {
    if (!stored?.endedAt) continue;
    const seconds = (stored.endedAt.getTime() - last) / 1_000;
    last = stored.endedAt.getTime();
    phases[phase] = (phases[phase] ?? 0) + seconds;
    if (work.kind !== 'batches') continue;
    const { blocksBefore, blocksAfter } = stored.result as Record<string, number>;
    const bloat = blocksAfter! / blocksBefore!;
    backfills.push({ step: name, rows: stored.rows, perSecond: stored.rows / seconds, bloat });
  }
  return { phases, backfills };
}
