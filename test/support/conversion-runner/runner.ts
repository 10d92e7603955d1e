import { argv, pid, stdin, stdout } from 'node:process';
import { Conversions } from 'nest-dual-id/conversion';
import { DataSource } from 'typeorm';
import type { RunnerOrder } from './runner-process.js';

// A process that runs one conversion. It may be told to kill itself, where no signal of another
// process would come in time.
const order = JSON.parse(argv[2] ?? '{}') as RunnerOrder;
stdin.resume().once('end', () => process.kill(pid, 'SIGKILL'));
const source = new DataSource({ type: 'postgres', url: order.url, applicationName: 'converter' });
await source.initialize();
const conversions = new Conversions(source);
let lastStep = 0;

const options = {
  ...order.options,
  log: (line: string) => say({ log: line }),
  onProgress: ({ number, step }: { number: number; step: string }) => {
    if (number === lastStep) return;
    lastStep = number;
    say({ number, step });
    if (order.killAt && number >= order.killAt.step) killSoon(order.killAt.after);
  },
};
try {
  await run();
  say({ ended: true });
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  say({ failed: `${code}: ${message}` });
}
process.exit();

async function run(): Promise<void> {
  if (order.work !== 'start') return conversions[order.work](order.name, options);
  return conversions.start(await conversions.plan(order.request!), options);
}

function killSoon(after: number): void {
  if (after === 0) process.kill(pid, 'SIGKILL');
  setTimeout(() => process.kill(pid, 'SIGKILL'), after);
}

function say(line: object): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}
