import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit, Type } from '@nestjs/common';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { problem } from '../errors/problem.js';

/** What a feature keeps in the schema `dual_id`, and the calls of migrations that make it. */
export interface FeatureSchema {
  /** The module that needs it, by the name an application imports. */
  readonly module: string;
  /** Its tables, each with the columns that an earlier release did not make. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Its triggers on tables of the core that an earlier release did not make. */
  readonly triggers?: readonly string[];
  readonly install: string;
  readonly upgrade: string;
  readonly grant: string;
}

/** A provider that refuses to start where the migration of a feature has not run. */
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

async function requireFeature(database: Database, schema: FeatureSchema): Promise<void> {
  const { module, tables, triggers = [], install, upgrade, grant } = schema;
  const [core] = await database.rows(coreOf);
  // Without the schema itself, the core says so.
  if (core?.[0] !== true) return;
  const standing = new Map<unknown, { columns: unknown[]; isGranted: boolean; role: string }>();
  for (const row of await database.rows(tablesOf, [Object.keys(tables)])) {
    const [name, columns, isGranted, role] = row as [string, unknown[], boolean, string];
    standing.set(name, { columns, isGranted, role });
  }
  const missing = Object.keys(tables).find((table) => !standing.has(table));
  if (missing) {
    refuse(`${module} needs the table dual_id.${missing}: call ${install}(runner) in a migration.`);
  }
  const columns = Object.entries(tables).flatMap(([table, names]) => {
    const known = standing.get(table)!.columns;
    return names.filter((name) => !known.includes(name)).map((name) => `column ${table}.${name}`);
  });
  const [found] = await database.rows(triggersOf, [triggers]);
  const absent = triggers.filter((name) => !(found![0] as string[]).includes(name));
  const [old] = [...columns, ...absent.map((name) => `trigger ${name}`)];
  if (old) {
    refuse(
      `${module} needs the ${old}, which an earlier release did not make: call ${upgrade}(runner) in a migration.`,
    );
  }
  const ungranted = [...standing].find(([, { isGranted }]) => !isGranted);
  if (!ungranted) return;
  const [table, { role }] = ungranted;
  throw problem('setup_refused', {
    detail: `The role ${role} may not read dual_id.${String(table)}, which ${module} needs: call ${grant}(runner, '${role}') as the owner of the schema.`,
  });
}

function refuse(detail: string): never {
  throw problem('schema_outdated', { detail });
}

/** From the catalog, which a role reads that may not look into the schema. */
const coreOf = statement(
  `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dual_id' AND c.relname = 'schema_versions')`,
);
const tablesOf = statement(
  `SELECT c.relname::text,
     ARRAY(SELECT a.attname::text FROM pg_attribute a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
     has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
     current_user::text
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'dual_id' AND c.relname = ANY ($1::text[])`,
);
const triggersOf = statement(
  `SELECT ARRAY(SELECT t.tgname::text FROM pg_trigger t
     JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dual_id' AND t.tgname = ANY ($1::text[]))`,
);
