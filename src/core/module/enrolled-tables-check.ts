import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { EntityMetadata } from 'typeorm';
import type { DataSource } from 'typeorm';
import { DUAL_ID_DATA_SOURCE } from '../database/data-source.provider.js';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import type { DualIdDefinition } from '../definition/entity-definition.js';
import { definitionOf } from '../definition/entity-definition.js';
import { problem } from '../errors/problem.js';

const calls = { dual: 'addDualId', guid: 'addGuidId', reference: 'addReferenceId' } as const;

/**
 * Refuses to start if a table is mapped with ids but never got them: nothing guards the ids of its
 * rows, and the registry does not know them. Guards removed later are found by the doctor.
 */
@Injectable()
export class EnrolledTablesCheck implements OnModuleInit {
  constructor(
    @Inject(DUAL_ID_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(Database) private readonly database: Database,
  ) {}

  async onModuleInit(): Promise<void> {
    const mapped = this.dataSource.entityMetadatas.flatMap((entity) => {
      const definition = definitionOf(entity.target);
      return definition ? [{ entity, definition }] : [];
    });
    const tables = mapped.map(({ entity }) => entity.tableName);
    const schemas = mapped.map(({ entity }) => entity.schema ?? null);
    const rows = await this.database.rows(unguarded, [tables, schemas]);
    const [first] = rows;
    if (first) throw neverGiven(mapped[Number(first[0]) - 1]!);
  }
}

function neverGiven(of: {
  readonly entity: EntityMetadata;
  readonly definition: DualIdDefinition;
}): Error {
  const { entity, definition } = of;
  const { table, schema, type, kind } = definition;
  const parts = [
    `table: '${table}'`,
    ...(schema === undefined ? [] : [`schema: '${schema}'`]),
    ...(type === undefined ? [] : [`type: { id: ${type}, name: '<its name>' }`]),
  ];
  return problem('schema_outdated', {
    detail: `The table ${entity.tablePath} of ${entity.name} has nothing that guards its ids: call ${calls[kind]}(runner, { ${parts.join(', ')} }) in a migration.`,
  });
}

/** Existing tables for which no guard of ids was ever created. */
const unguarded = statement(
  `SELECT wanted.at FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (name, schema, at)
   JOIN pg_class c ON c.relname = wanted.name AND c.relkind IN ('r', 'p')
   JOIN pg_namespace n ON n.oid = c.relnamespace
     AND CASE WHEN wanted.schema IS NULL THEN pg_table_is_visible(c.oid)
              ELSE n.nspname = wanted.schema END
   WHERE NOT EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
       JOIN pg_namespace f ON f.oid = p.pronamespace
     WHERE t.tgrelid = c.oid AND f.nspname = 'dual_id' AND NOT t.tgisinternal)
   ORDER BY wanted.at`,
);
