import { argv } from 'node:process';

/**
 * `npm run bench:history`: what the log costs, how fast the feed is, and what it takes to look back.
 * `npm run bench:history -- feed` runs one part.
 */
const asked = argv.slice(2);
for (const part of asked.length > 0 ? asked : ['capture', 'feed', 'as-of']) {
  await import(`./${part}.js`);
}
