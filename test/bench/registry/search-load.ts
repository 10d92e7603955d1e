import { parseArgs } from 'node:util';

/**
 * Asks a running shop with many clients at once, and meanwhile, ten times a second, whether it is
 * ready and for one product: `node dist/test/bench/registry/search-load.js --url
 * http://127.0.0.1:3000 --path '/registry/search?q=che&match=similar' --clients 30 --seconds 10`.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    path: { type: 'string', default: '/registry/search?q=che&match=similar' },
    clients: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '10' },
  },
});
const end = performance.now() + Number(values.seconds) * 1000;

interface Answered {
  readonly status: number;
  readonly milliseconds: number;
}

async function ask(path: string): Promise<Answered> {
  const start = performance.now();
  const response = await fetch(`${values.url}${path}`);
  await response.arrayBuffer();
  return { status: response.status, milliseconds: performance.now() - start };
}

async function untilTheEnd(path: string, pause: number): Promise<Answered[]> {
  const answers: Answered[] = [];
  while (performance.now() < end) {
    const answered = await ask(path);
    answers.push(answered);
    const retry = answered.status === 503 ? 1000 : pause;
    await new Promise((resolve) => setTimeout(resolve, retry));
  }
  return answers;
}

function line(name: string, answers: readonly Answered[]): string {
  const times = answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)]!.toFixed(1);
  const statuses = [...new Set(answers.map(({ status }) => status))].toSorted();
  const counts = statuses.map((status) => {
    const { length } = answers.filter((answer) => answer.status === status);
    return `${status}: ${(length / Number(values.seconds)).toFixed(1)}/s`;
  });
  return `${name.padEnd(14)} p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms; ${counts.join(', ')}`;
}

const page = await fetch(`${values.url}/products?limit=1`);
const { items } = (await page.json()) as { items: readonly { uuid: string }[] };
const searching = Array.from({ length: Number(values.clients) }, () => untilTheEnd(values.path, 0));
const ready = untilTheEnd('/health/ready', 100);
const product = untilTheEnd(`/products/${items[0]!.uuid}`, 100);
const report = [
  line('search', (await Promise.all(searching)).flat()),
  line('/health/ready', await ready),
  line('one product', await product),
];
process.stdout.write(`${report.join('\n')}\n`);
