import { randomUUID } from 'node:crypto';
import { acceptsInstead, allows, describesUuid } from '../crawl/api-description.js';
import type { CrawlProbe } from '../crawl/exchange.js';
import { renewed } from '../crawl/body-maker.js';
import { answered, expectRefused, refusedInPart } from '../crawl/expectations.js';
import type { Location } from './body-locations.js';
import { locationsIn, withValue } from './body-locations.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';
import {
  internalNames,
  misspelt,
  unknownUuids,
  strangeTexts,
  strangeValues,
} from './hostile-values.js';
import { isRecord } from '../../../core/values/record.js';

/** Names of internal ids, numbers for public ids and unusual values everywhere in a body. */
export function bodyProbes(ground: Ground): readonly CrawlProbe[] {
  const { body } = ground.operation;
  if (!body) return [];
  const locations = locationsIn(ground.body, body.schema, ground.api);
  return [bodyNameProbes, bodyUuidProbes, valueProbes, numberProbes].flatMap((probes) =>
    locations.flatMap((location) => probes(ground, location)),
  );
}

/** An internal id is refused by its name wherever it appears in a body. */
function bodyNameProbes(ground: Ground, { keys, value: owner, schema }: Location): CrawlProbe[] {
  const isForeign =
    ground.api.resolve(ground.operation.body?.schema ?? {}).additionalProperties === true;
  if (!isRecord(owner) || isForeign) return [];
  const isExternal = (name: string) => schema.properties?.[name]?.['x-external'] === true;
  const [id = '42'] = ground.ids;
  const additions: readonly (readonly [string, unknown])[] = [
    ...internalNames.flatMap((name) => [[name, 42] as const, [name, id] as const]),
    ['nested', { id: 42 }],
    ['nested', [{ deeper: { product_id: Number(id) } }]],
  ];
  const expected = expectRefused('internal_id_refused');
  return additions
    .filter(([name]) => !isExternal(name))
    .map(([name, value]) =>
      attack(ground, 'internal-name-body', {
        body: withValue(ground.body, [...keys, name], value),
        expected,
      }),
    );
}

const misspeltId = expectRefused('malformed_public_id', 'invalid_body');

function bodyUuidProbes(ground: Ground, { keys, schema }: Location): CrawlProbe[] {
  if (!describesUuid(schema)) return [];
  const malformed = expectRefused('malformed_public_id');
  const send = (name: string, values: readonly unknown[], expected = malformed) =>
    values.map((value) =>
      attack(ground, name, { body: withValue(renewed(ground.body), keys, value), expected }),
    );
  const numbers = [42, '42', 0, -1, '4e1', ...ground.ids, ...ground.ids.map(Number)];
  const uuid = randomUUID();
  const spelt = misspelt(uuid).map((text) => decodeURIComponent(text));
  return [
    ...numbers.flatMap((one) =>
      send('numeric-body', [one], acceptsInstead(schema, one) ? answered : malformed),
    ),
    ...send('nobody-body', unknownUuids),
    // A text with NUL is refused for that, before its meaning is checked.
    ...send(
      'misspelt-body',
      [...spelt, '', true, [uuid], { uuid }, strangeTexts.at(-1)],
      misspeltId,
    ),
    ...send('unknown-body', [uuid], refusedInPart),
    ...send('strange-body', [null, undefined, uuid.toUpperCase()], answered),
  ];
}

/** A property named after a collection takes the address of one of its items, never the number. */
function numberProbes(ground: Ground, { keys, schema }: Location): CrawlProbe[] {
  const name = String(keys.at(-1));
  if (describesUuid(schema) || ground.harvest.addressesOf(name).length === 0) return [];
  return [...ground.ids, ...ground.ids.map(Number)].map((value) =>
    attack(ground, 'numeric-body', {
      body: withValue(renewed(ground.body), keys, value),
      expected: expectRefused(),
    }),
  );
}

function valueProbes(ground: Ground, { keys, schema }: Location): CrawlProbe[] {
  if (keys.length === 0 || describesUuid(schema)) return [];
  const values = [
    ...strangeValues,
    ...(allows(schema, 'string') ? strangeTexts : ['text']),
    ...(allows(schema, 'array') ? [Array.from({ length: 5_000 }, () => null)] : []),
  ];
  return values.map((value) =>
    attack(ground, 'strange-body', {
      body: withValue(renewed(ground.body), keys, value),
      expected: answered,
    }),
  );
}
