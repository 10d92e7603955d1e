import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lintText } from 'nest-dual-id/migration-lint';
import type { LintOptions } from 'nest-dual-id/migration-lint';
import { root } from '../../package/manifest.js';

const disable = ['missing-lock-timeout'];

function found(sql: string, options: LintOptions = {}): string[] {
  const { findings, notes } = lintText('change.sql', sql, { disable, ...options });
  return [
    ...findings.map(({ rule, subject }) => `${rule} ${subject}`),
    ...notes.map(({ note }) => note),
  ];
}

describe('SQL', () => {
  test.each([
    ['drop  table\n only', 'drop-table only'],
    ['DROP TABLE "select"', 'drop-table "select"'],
    ['DROP TABLE "a ""b"""', 'drop-table "a ""b"""'],
    ['/* DROP /* x */ */ DROP -- TABLE x\n TABLE y', 'drop-table y'],
    ['ALTER TABLE IF EXISTS ONLY "s"."t" * DROP IF EXISTS "a b"', 'drop-column "s"."t"."a b"'],
    [
      'ALTER TABLE t ADD COLUMN a int, DROP b CASCADE',
      'drop-and-add-column t.b',
      'drop-cascade t.b',
    ],
    ['WITH x AS (SELECT 1 WHERE true) UPDATE t SET a = 1', 'backfill-in-schema-transaction t.a'],
    ['TRUNCATE TABLE ONLY a *, s.b', 'truncate a', 'truncate s.b'],
    ['CREATE UNIQUE INDEX ON ONLY t (a)', 'add-index-not-concurrently t'],
    ['ALTER TABLE t ADD a text DEFAULT (random())::text', 'add-column-volatile-default t.a'],
    ['CLUSTER VERBOSE t', 'rewrite-table t'],
    ['ALTER TABLE t ADD CONSTRAINT n NOT NULL a', 'set-not-null-directly t.a'],
    [
      'CREATE TABLE t (id int, a json[], CONSTRAINT p PRIMARY KEY ("id"))',
      'json-column t.a',
      'int-primary-key t.id',
    ],
  ])('%s', (sql, ...expected) => {
    expect(found(sql).toSorted()).toEqual(expected.toSorted());
  });

  test.each([
    `SELECT 'DROP TABLE a', E'\\'; DROP TABLE b', $$;DROP TABLE c;$$`,
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM a; SELECT 1; END',
    'UPDATE t SET a = 1 WHERE id = 7',
    'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b))',
    'ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID',
    'REFRESH MATERIALIZED VIEW v WITH NO DATA',
    '__proto__; constructor; DROP constructor a; DROP __proto__ a',
    `ALTER TYPE t ADD VALUE 'a'`,
    `BEGIN; ALTER TABLE t ADD CONSTRAINT c CHECK (a) NOT VALID; COMMIT;
     BEGIN; ALTER TABLE t VALIDATE CONSTRAINT c; COMMIT`,
    'CREATE TABLE p PARTITION OF t FOR VALUES IN (1); ALTER TABLE t ATTACH PARTITION p DEFAULT',
    'ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT * FROM b'.replace('ALTER', 'BEGIN; ALTER'),
    '\\set x 1\n\\i other.sql\nCOPY t (a) FROM stdin;\nDROP TABLE a;\n\\.\nSELECT 1',
  ])('nothing is wrong with %s', (sql) => {
    expect(found(sql)).toEqual([]);
  });

  test.each([
    ['BEGIN IF NOT EXISTS (SELECT) THEN DROP TABLE a; ELSE DELETE FROM b; END IF; END', 2],
    [`BEGIN UPDATE t SET a = CASE WHEN b THEN 1 ELSE 2 END WHERE id = 1; END`, 0],
    [`BEGIN EXECUTE 'DROP TABLE a'; END`, 1],
    ['BEGIN FOR r IN SELECT 1 LOOP DROP TABLE a; END LOOP; END', 1],
    ['DECLARE a int; BEGIN CREATE INDEX CONCURRENTLY b ON c (d); END', 1],
  ])('the statements in DO $$ %s $$ are read', (body, count) => {
    expect(found(`DO $$ ${body} $$`)).toHaveLength(count);
  });

  test('the version of the server decides what is wrong', () => {
    const detach = 'ALTER TABLE t DETACH PARTITION p';
    expect(found(detach, { postgres: 13 })).toEqual([]);
    expect(found(detach, { postgres: 14 })).toHaveLength(1);
    const add = `BEGIN; ALTER TYPE t ADD VALUE 'a'; COMMIT`;
    expect(found(add, { postgres: 12 })).toEqual([]);
    expect(found(add, { postgres: 11 })).toHaveLength(1);
  });
});

test('this repository’s own migrations lack only what `dual-id migrate` sets', () => {
  const folder = join(root, 'migrations');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const reports = files.map((file) => lintText(file, readFileSync(join(folder, file), 'utf8')));
  const rules = reports.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  expect(new Set(rules)).toEqual(new Set(['missing-lock-timeout']));
  expect(reports.flatMap(({ notes }) => notes.map(({ note }) => note))).toEqual([
    'not read: runner.query(await keepEmailKey(runner))',
    'not read: runner.query(statement)',
  ]);
});
