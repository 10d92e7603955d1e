import { randomUUID } from 'node:crypto';
import type { DescribedParameter } from '../crawl/api-description.js';
import {
  acceptsInstead,
  allows,
  isPage,
  describesUuid,
  parametersIn,
} from '../crawl/api-description.js';
import type { Expected, CrawlProbe } from '../crawl/exchange.js';
import { answered, findsNothing, expectRefused } from '../crawl/expectations.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';
import {
  breakouts,
  guessedNumbers,
  internalNames,
  misspelt,
  unknownUuids,
} from './hostile-values.js';

const badSorts = [
  'id',
  '-id',
  'user_id',
  '-user_id',
  'userId',
  'uuid;',
  'createdAt,id',
  '__proto__',
];
const noIntegers = ['', 'abc', '1.5', '1e3', '0x10', '%D9%A4', '99999999999999999999'];

/** Names of internal ids, numbers and garbage in the query. */
export function queryProbes(ground: Ground): readonly CrawlProbe[] {
  const parameters = parametersIn(ground.operation, 'query').filter(({ name }) => name !== 'after');
  return [
    ...queryNameProbes(ground),
    ...parameters.flatMap((parameter) => parameterProbes(ground, parameter)),
    ...(isPage(ground.operation) ? pageProbes(ground) : []),
  ];
}

/**
 * A parameter named like an internal id is refused on every route, whether it is used there or not.
 */
function queryNameProbes(ground: Ground): CrawlProbe[] {
  const values = ['42', randomUUID(), ...ground.ids.slice(0, 1)];
  const refusedName = expectRefused('internal_id_refused');
  return [
    ...internalNames.flatMap((name) => values.map((value) => `${name}=${value}`)),
    `id=1&id=2`,
  ].map((query) => attack(ground, 'internal-name-query', { query, expected: refusedName }));
}

function pageProbes(ground: Ground): CrawlProbe[] {
  return [
    ...badSorts.map((sort) => `sort=${sort}`),
    'nonsense=1',
    'filter[id]=42',
    'items[0][id]=42',
    '__proto__[id]=1',
    'constructor=1',
    `where=${encodeURIComponent('{"id":42}')}`,
  ].map((query) => attack(ground, 'undeclared-query', { query, expected: expectRefused() }));
}

function parameterProbes(ground: Ground, { name, schema }: DescribedParameter): CrawlProbe[] {
  const send = (probe: string, values: readonly string[], expected: Expected) =>
    values.map((value) => attack(ground, probe, { query: `${name}=${value}`, expected }));
  const twice = attack(ground, 'duplicate-query', {
    query: `${name}=a&${name}=b`,
    expected: expectRefused(),
  });
  if (describesUuid(schema)) {
    const malformed = expectRefused('malformed_public_id');
    return [
      twice,
      ...[...guessedNumbers, ...ground.ids].flatMap((one) =>
        send('numeric-query', [one], acceptsInstead(schema, one) ? answered : malformed),
      ),
      ...send('nobody-query', unknownUuids, malformed),
      ...send('misspelt-query', misspelt(randomUUID()), malformed),
      ...send('unknown-query', [randomUUID()], findsNothing),
    ];
  }
  const isText =
    !schema['x-external'] &&
    allows(schema, 'string') &&
    !schema.enum &&
    schema.format === undefined;
  const nonsense = schema.enum || schema.format !== undefined || allows(schema, 'boolean');
  return [
    twice,
    ...(isText ? send('numeric-query', ground.ids, findsNothing) : []),
    ...send('breakout-query', breakouts, allows(schema, 'string') ? answered : expectRefused()),
    ...send('long-query', ['a'.repeat(5_000)], expectRefused()),
    ...(nonsense ? send('nonsense-query', ['nonsense', '42x', ''], expectRefused()) : []),
    ...(allows(schema, 'integer') ? send('nonsense-query', noIntegers, expectRefused()) : []),
    ...send('outside-query', valuesOutside(schema), expectRefused()),
  ];
}

function valuesOutside({ minimum, maximum }: DescribedParameter['schema']): readonly string[] {
  return [
    ...(minimum === undefined ? [] : [`${minimum - 1}`]),
    ...(maximum === undefined ? [] : [`${maximum + 1}`]),
  ];
}
