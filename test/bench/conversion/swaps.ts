import { Conversions } from 'nest-dual-id/conversion';
import type { ConversionProgress } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import { ConversionLoad } from '../../support/conversion-load/load.js';
import type { Subject } from '../../support/conversion-load/tables.js';
import { loadTables } from '../../support/conversion-load/tables.js';

/** Swapping changes the catalog only, so that the number of rows does not matter. */
const rows = 2_000;

/**
 * Milliseconds for which swaps had locked their tables, there and back, with the commit; tables are
 * converted and taken back again and again while clients use them.
 */
export async function measureSwaps(
  subject: Subject,
  options: { readonly url: string; readonly rate: number; readonly swaps: number },
): Promise<number[]> {
  const source = await new DataSource({ type: 'postgres', url: options.url }).initialize();
  for (const statement of loadTables(subject, rows)) await source.query(statement);
  const conversions = new Conversions(source);
  const plan = await conversions.plan(subject.request);
  const { url, rate } = options;
  const load = rate > 0 ? await ConversionLoad.start({ url, key: subject.key, rate }) : undefined;
  const locked: number[] = [];
  const onProgress = ({ lockedFor, phase }: ConversionProgress) => {
    if (lockedFor !== undefined && phase === 'swap') locked.push(lockedFor);
  };
  const run = { onProgress, log: () => undefined };
  while (locked.length < options.swaps) {
    const before = locked.length;
    await conversions.start(plan, run);
    await conversions.rollback(`${plan.subject.schema}.${plan.subject.name}`, run);
    if (locked.length === before) break;
  }
  await load?.stop();
  await source.destroy();
  if (load && load.failures.length > 0) throw new Error(load.failures.join('\n'));
  return locked;
}
