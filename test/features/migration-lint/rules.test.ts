import { beforeAll, describe, expect, test } from '@jest/globals';
import { lintRules, lintText } from 'nest-dual-id/migration-lint';
import type { LintFinding } from 'nest-dual-id/migration-lint';
import { fixtures, migrationText, safeMigrations } from './fixtures/fixtures.js';
import type { Fixture } from './fixtures/fixture.js';

const file = '1800000000000-change.ts';

function findingsOf({ up, transaction, postgres = 15 }: Fixture): readonly LintFinding[] {
  return lintText(file, migrationText(up, transaction), { postgres }).findings;
}

const named = fixtures.map((fixture, at) => [`${fixture.rule} (${at})`, fixture] as const);

describe('a rule', () => {
  test('has a migration that breaks it', () => {
    const broken = new Set(fixtures.map(({ rule }) => rule));
    expect(lintRules.map(({ name }) => name).toSorted()).toEqual([...broken].toSorted());
  });

  test('is one sentence, under a name of its own', () => {
    const names = lintRules.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, why } of lintRules) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(why).toMatch(/^\S[^\n]*[^.]\.$/);
    }
  });

  test.each(named)('%s is all that its migration breaks', (_, fixture) => {
    expect(findingsOf(fixture).map(({ rule }) => rule)).toEqual([fixture.rule]);
  });

  test.each(named)('%s has a safe form that the lint finds safe', (_, fixture) => {
    const [finding] = findingsOf(fixture);
    const migrations = safeMigrations(finding!.safeForm);
    expect(migrations).not.toEqual([]);
    for (const { up, transaction } of migrations) {
      const { postgres = 15 } = fixture;
      const report = lintText(file, migrationText(up, transaction), { postgres });
      expect(report.findings).toEqual([]);
      expect(report.notes.filter(({ note }) => note.startsWith('not read'))).toEqual([]);
    }
  });
});

describe('a table that the migration itself makes', () => {
  let found: readonly string[];
  beforeAll(() => {
    const statements = [
      'CREATE TABLE "public"."notes" (id bigint PRIMARY KEY, body text)',
      'CREATE INDEX ON notes (body)',
      'ALTER TABLE notes ADD CONSTRAINT x CHECK (id > 0), ADD UNIQUE (body)',
      'ALTER TABLE "notes" ALTER COLUMN body SET NOT NULL',
      'UPDATE notes SET body = 1',
      'ALTER TABLE notes RENAME TO remarks',
      'ALTER TABLE remarks DROP COLUMN body',
      'ALTER TABLE other.notes DROP COLUMN body',
    ];
    const up = statements.map((text) => `await queryRunner.query(\`${text}\`);`).join('\n');
    found = lintText(file, migrationText(up)).findings.map(
      ({ rule, subject }) => `${rule} ${subject}`,
    );
  });

  test('is nobody’s yet; one of the same name in another schema is', () => {
    expect(found).toEqual([
      'drop-column other.notes.body',
      'missing-lock-timeout other.notes.body',
    ]);
  });
});
