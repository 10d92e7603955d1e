import { jsonMediaType } from '../../../core/http/media-type.js';
import type { Expected, CrawlProbe } from '../crawl/exchange.js';
import { answered, expectRefused } from '../crawl/expectations.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';

const deep = 50_000;
const megabytes = 2 * 1024 * 1024;

/** Bodies that are not JSON, not an object, too large or too deep, and wrong content types. */
export function rawBodyProbes(ground: Ground): readonly CrawlProbe[] {
  if (!ground.operation.body) return [];
  const good = JSON.stringify(ground.body);
  const send = (
    name: string,
    body: string | Buffer,
    type = jsonMediaType,
    expected: Expected = expectRefused(),
  ) => raw(ground, { name, body, type, expected });
  return [
    ...['', '{', `${good}${good}`, 'null', '[]', `[${good}]`, '42', '"text"', 'NaN', "{'a':1}"].map(
      (body) => send('malformed-json', body),
    ),
    ...poisoned(good).map((body) => send('polluting-json', body)),
    send('deep-json', `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`),
    send('deep-json', `{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`),
    send('huge-body', `{"a":"${'x'.repeat(megabytes)}"}`),
    send('invalid-utf8', Buffer.from([0x7b, 0x22, 0xff, 0xc0, 0x22, 0x3a, 0x31, 0x7d])),
    send(
      'invalid-utf8',
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(good)]),
      jsonMediaType,
      answered,
    ),
    ...['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'].map(
      (type) => send('wrong-content-type', good, type),
    ),
    send('wrong-content-type', good, 'multipart/form-data; boundary=x'),
    send('wrong-content-type', good, `${jsonMediaType}; charset=utf-7`, answered),
  ];
}

/** Properties that would change the prototype of the object they are merged into. */
function poisoned(good: string): readonly string[] {
  const rest = good.slice(1);
  const comma = rest === '}' ? '' : ',';
  return [
    '"__proto__":{"isAdmin":true}',
    '"constructor":{"prototype":{"isAdmin":true}}',
    '"nested":{"__proto__":{"id":42}}',
  ].map((property) => `{${property}${comma}${rest}`);
}

function raw(
  ground: Ground,
  {
    name,
    body,
    type,
    expected,
  }: { name: string; body: string | Buffer; type: string; expected: Expected },
): CrawlProbe {
  const probe = attack(ground, name, { body: undefined, expected });
  const headers = { ...probe.request.headers, 'content-type': type };
  return { ...probe, request: { ...probe.request, headers, body } };
}
