import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';

/**
 * The process that imports: `run-import <url> <folder>`. It tells its memory along the way and at
 * the end what it did.
 */
const [url = '', folder = ''] = process.argv.slice(2);
const memory: number[] = [];
const sample = () => void memory.push(Math.round(process.memoryUsage.rss() / 1e6));
sample();
const timer = setInterval(sample, 250);
const report = await importFolder({
  database: url,
  plan: instacart,
  folder,
  options: { rejects: folder },
});
clearInterval(timer);
sample();
process.stdout.write(JSON.stringify({ report, memory }));
