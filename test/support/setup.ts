import { register } from 'node:module';
import { addEventHandler } from 'jest-circus';

/**
 * Test files run one after the other in three processes, on the modules that Node itself loads:
 * loading them again for every file took most of the time. The runner knows no time limits, so
 * that every test and hook gets its own here.
 */
const defaultMilliseconds = 60_000;

interface Limited {
  fn?: unknown;
  timeout?: number | undefined;
}

register(new URL('./jest-globals-hook.js', import.meta.url));
addEventHandler((event, { currentDescribeBlock: { children, hooks } }) => {
  if (event.name === 'add_test') limit(children.at(-1) as Limited | undefined);
  if (event.name === 'add_hook') limit(hooks.at(-1) as Limited | undefined);
});
// Open handles of a test do not keep a process alive after the run.
process.on('disconnect', () => process.exit());

function limit(entry: Limited | undefined): void {
  if (typeof entry?.fn !== 'function') return;
  const { fn, timeout = defaultMilliseconds } = entry;
  entry.fn = () => within(timeout, fn as () => unknown);
}

async function within(milliseconds: number, work: () => unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `It did not end within ${milliseconds} ms.`;
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
