import { randomUUID } from 'node:crypto';
import type { Parameter } from '../crawl/api-description.js';
import { allows, isUuid, parametersIn } from '../crawl/api-description.js';
import type { Probe } from '../crawl/exchange.js';
import { answered, refused } from '../crawl/expectations.js';
import { collectionOf } from '../crawl/path-template.js';
import type { Ground } from './ground.js';
import { attack } from './ground.js';
import { breakouts, guessedNumbers, misspelt, nobody } from './hostile-values.js';

const malformed = refused('malformed_public_id');

/** Numbers, misspelt ids and addresses of other things in every parameter of a path. */
export function pathProbes(ground: Ground): readonly Probe[] {
  return parametersIn(ground.operation, 'path').flatMap((parameter) =>
    isUuid(parameter.schema) ? uuidProbes(ground, parameter) : textProbes(ground, parameter),
  );
}

function uuidProbes(ground: Ground, { name }: Parameter): Probe[] {
  const good = ground.params[name]!;
  const send = (probe: string, values: readonly string[], expected = malformed) =>
    values.map((value) => attack(ground, probe, { params: { [name]: value }, expected }));
  return [
    ...send('numeric-path', [...guessedNumbers, ...ground.ids]),
    ...send('nobody-path', nobody),
    ...send('misspelt-path', misspelt(good)),
    ...send('breakout-path', breakouts, refused()),
    ...send('long-path', ['4'.repeat(101), 'a'.repeat(8_000)], refused()),
    ...send('unknown-path', [randomUUID()], refused()),
    ...send('upper-case-path', [good.toUpperCase()], answered),
    ...send('foreign-path', strangers(ground, name), refused()),
  ];
}

/** A slug is a text, but never the number of its row. */
function textProbes(ground: Ground, { name, schema }: Parameter): Probe[] {
  const isText = allows(schema, 'string');
  const send = (probe: string, values: readonly string[], expected = refused()) =>
    values.map((value) => attack(ground, probe, { params: { [name]: value }, expected }));
  return [
    ...send('numeric-path', ground.ids, isText ? refused() : answered),
    ...send('nobody-path', nobody),
    ...send('breakout-path', breakouts),
    ...send('long-path', ['a'.repeat(101)]),
  ];
}

/** Public ids of other things, where it is known what things the parameter names. */
function strangers({ operation, harvest, params }: Ground, name: string): readonly string[] {
  const collection = Object.entries(params).reduce(
    (path, [parameter, value]) => path.replace(`{${parameter}}`, value),
    collectionOf(operation.path, name),
  );
  return harvest.knows(collection) ? harvest.strangersTo(collection).slice(0, 3) : [];
}
