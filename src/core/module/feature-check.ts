import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { problem } from '../errors/problem.js';

/** What a feature keeps in the schema `dual_id`, and the migration calls that create it. */
export interface FeatureSchema {
  /** The module that needs it, by the name under which an application imports it. */
  readonly module: string;
  readonly tables: readonly string[];
  readonly install: string;
  readonly grant: string;
}

/** Returns a provider that refuses to start if the migration of a feature has not run. */
export function featureCheck(schema: FeatureSchema): Type<OnModuleInit> {
  @Injectable()
  class FeatureCheck implements OnModuleInit {
    constructor(@Inject(Database) private readonly database: Database) {}

    onModuleInit(): Promise<void> {
      return requireFeature(this.database, schema);
    }
  }
  return FeatureCheck;
}

/** Refuses to go on if the migration of a feature has not run, or its tables cannot be read. */
export async function requireFeature(database: Database, schema: FeatureSchema): Promise<void> {
  const { module, tables, install, grant } = schema;
  const [core] = await database.rows(coreOf);
  // If the schema itself is missing, the core reports it.
  if (core?.[0] !== true) return;
  const standing = await database.rows(tablesOf, [tables]);
  const missing = tables.find((table) => !standing.some(([name]) => name === table));
  if (missing !== undefined) {
    throw problem('schema_outdated', {
      detail: `${module} needs the table dual_id.${missing}: call ${install}(runner) in a migration.`,
    });
  }
  const ungranted = standing.find(([, isGranted]) => isGranted !== true);
  if (ungranted === undefined) return;
  const [table, , role] = ungranted;
  throw problem('setup_refused', {
    detail: `The role ${String(role)} may not read dual_id.${String(table)}, which ${module} needs: call ${grant}(runner, '${String(role)}') as the owner of the schema.`,
  });
}

/** From the catalog, readable even for a role without access to the schema. */
const coreOf = statement(
  `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dual_id' AND c.relname = 'schema_versions')`,
);
const tablesOf = statement(
  `SELECT c.relname::text,
     has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
     current_user::text
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'dual_id' AND c.relname = ANY ($1::text[])`,
);
