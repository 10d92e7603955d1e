import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for a condition, as long as a slow machine may need. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('It has not come true within 20 seconds.');
    await sleep(10);
  }
}
