import { randomUUID } from 'node:crypto';
import type { DescribedParameter } from '../crawl/api-description.js';
import { acceptsInstead, allows, describesUuid, parametersIn } from '../crawl/api-description.js';
import type { CrawlProbe } from '../crawl/exchange.js';
import { answered, expectRefused } from '../crawl/expectations.js';
import { collectionOf } from '../crawl/path-template.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';
import { breakouts, guessedNumbers, misspelt, unknownUuids } from './hostile-values.js';
import { namedThing } from '../crawl/named-thing.js';

const expectMalformed = expectRefused('malformed_public_id');

/** Numbers, misspelled ids and addresses of other entities in every parameter of a path. */
export function pathProbes(ground: Ground): readonly CrawlProbe[] {
  return parametersIn(ground.operation, 'path').flatMap((parameter) =>
    describesUuid(parameter.schema)
      ? pathUuidProbes(ground, parameter)
      : textProbes(ground, parameter),
  );
}

function pathUuidProbes(ground: Ground, { name, schema }: DescribedParameter): CrawlProbe[] {
  const good = ground.params[name]!;
  const numbers = [...guessedNumbers, ...ground.ids];
  const send = (probe: string, values: readonly string[], expected = expectMalformed) =>
    values.map((value) => attack(ground, probe, { params: { [name]: value }, expected }));
  return [
    ...numbers.flatMap((one) =>
      // The response is searched for the number all the same.
      send('numeric-path', [one], acceptsInstead(schema, one) ? answered : undefined),
    ),
    ...send('nobody-path', unknownUuids),
    ...send('misspelt-path', misspelt(good)),
    ...send('breakout-path', breakouts, expectRefused()),
    ...send('long-path', ['4'.repeat(101), 'a'.repeat(8_000)], expectRefused()),
    ...send('unknown-path', [randomUUID()], expectRefused()),
    ...send('upper-case-path', [good.toUpperCase()], answered),
    ...send('foreign-path', strangers(ground, name), expectRefused()),
  ];
}

/** A slug is a text, but never the number of its row. */
function textProbes(ground: Ground, { name, schema }: DescribedParameter): CrawlProbe[] {
  const isText = allows(schema, 'string');
  const send = (probe: string, values: readonly string[], expected = expectRefused()) =>
    values.map((value) => attack(ground, probe, { params: { [name]: value }, expected }));
  return [
    ...send('numeric-path', ground.ids, isText ? expectRefused() : answered),
    ...send('nobody-path', unknownUuids),
    ...send('breakout-path', breakouts),
    ...send('long-path', ['a'.repeat(101)]),
  ];
}

/** Public ids of other entities, if it is known what the parameter names. */
function strangers({ operation, harvest, params }: Ground, name: string): readonly string[] {
  const collection = Object.entries(params).reduce(
    (path, [parameter, value]) => path.replace(`{${parameter}}`, value),
    collectionOf(operation.path, name),
  );
  const thing = namedThing(name);
  return harvest.knows(collection) ? harvest.strangersTo(collection, thing).slice(0, 3) : [];
}
