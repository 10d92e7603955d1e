import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dualIdDataSource } from 'nest-dual-id';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { columnTypes } from '../../../src/core/column-types/column-types.js';
import { root } from '../../package/manifest.js';
import { Specimen } from '../../support/specimen/specimen.entities.js';
import { composed, scalars } from '../view/edge-values.js';

const types = Object.entries(columnTypes);
const declared = { type: 'object', properties: { name: { type: 'string' } } } as const;

describe.each(types)('the column type %s', (_, type) => {
  test('can be read and described', () => {
    const codec = typeof type.codec === 'function' ? type.codec({} as never, declared) : type.codec;
    expect(codec?.schema.type).toBeDefined();
  });

  test('has an order where it has a filter, and a text where it can be searched', () => {
    if (type.filter) expect(type.isSortable).toBe(true);
    if (type.isSearchable) expect(type.filter?.schema.type).toBe('string');
    if (type.isNumeric) expect([type.isCastable, type.filter !== undefined]).toEqual([true, true]);
  });

  test('is JSON, or can be sorted by', () => {
    expect(type.isJson ?? false).toBe(!type.isSortable);
  });
});

test('every type is tried by the values that make a round trip', () => {
  const { driver } = new DataSource(dualIdDataSource({ entities: [] }));
  const tried = getMetadataArgsStorage()
    .columns.filter(({ target, propertyName }) => {
      return target === Specimen && propertyName in { ...scalars, ...composed };
    })
    .map(({ options }) => driver.normalizeType({ type: options.type! }));
  expect(types.map(([name]) => name).filter((name) => !tried.includes(name))).toEqual([]);
});

test('a format of computed text leads to one type', () => {
  const formats = types.flatMap(([, { computedFormat }]) => computedFormat ?? []);
  expect(formats.toSorted()).toEqual(['date', 'date-time']);
});

describe('nothing but the table', () => {
  /** Words that are more than the name of a type: of JSON Schema, and of what ids are called. */
  const words: readonly string[] = ['integer', 'boolean', 'json', 'text', 'uuid'];
  const aliases = [
    ...['int', 'int2', 'int4', 'int8', 'decimal', 'float', 'float4', 'float8', 'bool', 'char'],
    ...['varchar', 'timestamp', 'timestamptz', 'time', 'timetz', 'simple-array', 'simple-json'],
  ];
  const names = [...types.map(([name]) => name), ...aliases].filter(
    (name) => !words.includes(name),
  );
  const quoted = new RegExp(`(?:'|^ +)(${names.join('|')})'?(?:: [{\\w]|')`, 'gm');

  test.each(['view', 'page', 'reading', 'repository'])('names a column type in %s', (folder) => {
    const path = join(root, 'src/core', folder);
    const found = readdirSync(path).flatMap((file) => {
      const text = readFileSync(join(path, file), 'utf8').replaceAll(/typeof \w+ === '\w+'/g, '');
      return [...text.matchAll(quoted)].map(([, name]) => `${file}: ${name}`);
    });
    expect(found).toEqual([]);
  });

  test('and nobody compares the type of a column with a name', () => {
    const files = readdirSync(join(root, 'src/core'), { recursive: true, encoding: 'utf8' });
    const comparing = files
      .filter((file) => file.endsWith('.ts') && !/^(?:column-types|schema)\//.test(file))
      .filter((file) => {
        const text = readFileSync(join(root, 'src/core', file), 'utf8');
        return /normalizeType\(|column\.type\b/.test(text);
      });
    expect(comparing).toEqual([]);
  });
});
