import type { CrawlProbe } from '../crawl/exchange.js';
import { answered, expectRefused } from '../crawl/expectations.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';

/** Numbers and garbage in headers that some routes read and most do not. */
export function headerProbes(ground: Ground): readonly CrawlProbe[] {
  const [id = '42'] = ground.ids;
  const readOrIgnored: readonly Record<string, string>[] = [
    { 'if-match': '42' },
    { 'if-match': `"${id}"` },
    { 'if-match': '"0"' },
    { 'if-match': 'W/"1"' },
    { 'if-match': '"1", "2"' },
    { 'if-none-match': '*' },
    { 'x-user-id': id },
    { 'x-forwarded-for': `${id}` },
    { 'x-http-method-override': 'DELETE' },
    { accept: 'text/html' },
    { 'accept-encoding': 'nonsense' },
    { range: 'bytes=0-1' },
    { 'accept-version': '42' },
    { cookie: `userId=${id}; a=%zz` },
    { 'idempotency-key': id },
  ];
  return [
    ...readOrIgnored.map((headers) =>
      attack(ground, 'hostile-header', { headers, expected: answered }),
    ),
    attack(ground, 'huge-header', {
      headers: { 'x-large': 'a'.repeat(20_000) },
      expected: expectRefused(),
    }),
  ];
}
