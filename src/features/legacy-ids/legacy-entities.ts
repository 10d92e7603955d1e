import type { OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';
import type { EntityClass } from '../../core/definition/entity-class.js';
import { definitionOf } from '../../core/definition/entity-definition.js';
import { problem } from '../../core/errors/problem.js';
import { tableOf } from '../../core/sql/entity-names.js';
import { isLegacyNumber } from './legacy-number.js';
import type { LegacyEntityOptions, LegacyIdsOptions } from './legacy-ids.options.js';
import { LegacyNumbers } from './legacy-numbers.js';

/** The entities whose old numbers are accepted. */
export class LegacyEntities implements OnModuleInit {
  readonly #byName: ReadonlyMap<string, LegacyNumbers>;

  constructor(
    private readonly database: Database,
    dataSource: DataSource,
    { entities }: Pick<LegacyIdsOptions, 'entities'>,
  ) {
    const listed = Object.entries(entities);
    if (listed.length === 0) throw refusedEntity('entities', 'names none', 'Name some.');
    this.#byName = new Map(
      listed.map(([name, one]) => [
        name,
        numbersOf(database, dataSource, name, entityOptionsOf(one)),
      ]),
    );
  }

  /** The numbers of an entity by its name outside. */
  named(name: string): LegacyNumbers {
    const numbers = this.#byName.get(name);
    if (numbers) return numbers;
    throw problem('misuse', {
      detail: `No entity is called ${name}; the names are ${[...this.#byName.keys()].join(', ')}.`,
    });
  }

  /** The numbers of an entity by its class; undefined if none are accepted. */
  of(target: Function | string): LegacyNumbers | undefined {
    return [...this.#byName.values()].find(({ entity }) => entity.target === target);
  }

  /** An ambiguous number would stand for any of several rows, and one without an index cost a scan. */
  async onModuleInit(): Promise<void> {
    for (const [name, { entity, source }] of this.#byName) {
      const place = `${tableOf(entity)}.${source.column}`;
      const [found] = await this.database.rows(sourceColumnFacts, [tableOf(entity), source.column]);
      const [type, isUnique, isGranted] = found ?? [];
      if (type === undefined) throw refusedEntity(name, `has no column ${place}`, nextColumn);
      if (!wholeNumbers.has(String(type))) {
        throw refusedEntity(
          name,
          `keeps numbers in ${place}, which is ${String(type)}`,
          nextColumn,
        );
      }
      if (isUnique !== true)
        throw refusedEntity(name, `has no unique index on ${place}`, nextIndex);
      if (isGranted !== true) throw refusedEntity(name, `may not read ${place}`, 'Grant SELECT.');
    }
  }
}

const wholeNumbers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint']);
const nextColumn = 'Name a column of smallint, integer or bigint that keeps the old numbers.';
const nextIndex = 'Create one, so that a number stands for one row and is found at once.';

function entityOptionsOf(one: EntityClass | LegacyEntityOptions): LegacyEntityOptions {
  return typeof one === 'function' ? { entity: one } : one;
}

function numbersOf(
  database: Database,
  dataSource: DataSource,
  name: string,
  { entity: target, column, upTo }: LegacyEntityOptions,
): LegacyNumbers {
  const definition = definitionOf(target);
  if (!dataSource.hasMetadata(target) || !definition || definition.kind === 'reference') {
    throw refusedEntity(name, `is ${target.name}, an entity without a public id`, 'Leave it out.');
  }
  const entity = dataSource.getMetadata(target);
  if (definition.kind === 'guid' && column === undefined) {
    const next = 'Name the column that keeps the old numbers.';
    throw refusedEntity(name, `is ${target.name}, whose key is a UUID`, next);
  }
  if (upTo !== undefined && !isLegacyNumber(upTo)) {
    throw refusedEntity(name, `has numbers up to ${upTo}`, "Write the highest one: '81234'.");
  }
  const source = { column: column ?? entity.primaryColumns[0]!.databaseName, upTo };
  return new LegacyNumbers(database, entity, source);
}

function refusedEntity(name: string, fault: string, next: string): Error {
  return problem('setup_refused', {
    detail: `${name} of the entities of LegacyIdsModule ${fault}. ${next}`,
  });
}

const sourceColumnFacts = statement(
  `SELECT format_type(a.atttypid, NULL),
     EXISTS (SELECT FROM pg_index i
       WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid
         AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
         AND (i.indpred IS NULL
           OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname))),
     has_column_privilege(a.attrelid, a.attnum, 'SELECT')
   FROM pg_attribute a
   WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped`,
);
