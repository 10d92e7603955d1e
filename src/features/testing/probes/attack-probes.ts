import type { CrawlProbe } from '../crawl/exchange.js';
import { bodyProbes } from './body-probes.js';
import { cursorProbes } from './cursor-probes.js';
import type { Ground } from './ground.js';
import { headerProbes } from './header-probes.js';
import { parentProbes } from './parent-probes.js';
import { pathProbes } from './path-probes.js';
import { protocolProbes } from './protocol-probes.js';
import { queryProbes } from './query-probes.js';
import { rawBodyProbes } from './raw-body-probes.js';

/** Every hostile request to one operation. */
export function attackProbes(ground: Ground): readonly CrawlProbe[] {
  return [
    pathProbes,
    queryProbes,
    cursorProbes,
    bodyProbes,
    rawBodyProbes,
    headerProbes,
    parentProbes,
    protocolProbes,
  ].flatMap((probes) => probes(ground));
}
