import { problem } from '../../../core/errors/problem.js';
import type { TablePlace } from '../plan/conversion-plan.js';
import { written } from '../steps/names.js';
import type { ConversionSession } from '../run/session.js';
import type { FoundTable } from './facts.js';
import { columnsJson, foreignKeysJson, indexesJson, referencesJson } from './key-queries.js';
import {
  dependentsJson,
  functionsJson,
  grantsJson,
  triggersJson,
  updateRulesJson,
} from './dependent-queries.js';
import { splitTableName } from './table-name.js';

/** Finds a table by the name that a person wrote: with its schema, or one of `public`. */
export async function findTable(session: ConversionSession, text: string): Promise<TablePlace> {
  const [schema, name] = splitTableName(text);
  const found = await session.rows<TablePlace>(
    `SELECT n.nspname AS schema, c.relname AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
    [name],
  );
  const table = found.find((one) => one.schema === (schema ?? 'public'));
  if (table) return table;
  const others = found.map(written).join(' and ');
  const hint = found.length > 0 ? `; there is ${others}` : '';
  const detail = `There is no table ${written({ schema: schema ?? 'public', name })}${hint}.`;
  throw problem('conversion_refused', { detail });
}

/** Reads everything about a table that a plan depends on. */
export async function readFacts(
  session: ConversionSession,
  table: TablePlace,
): Promise<FoundTable> {
  const [row] = await session.rows<{ facts: FoundTable }>(
    `SELECT json_build_object(
       'table', json_build_object('schema', n.nspname, 'name', c.relname),
       'kind', c.relkind, 'isPartition', c.relispartition,
       'hasChildren', EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhparent, i.inhrelid)),
       'isTemporary', c.relpersistence = 't',
       'isTyped', c.reloftype <> 0,
       'mayCreate', json_build_object('inSchema', has_schema_privilege(n.oid, 'CREATE'),
         'inDatabase', has_database_privilege(current_database(), 'CREATE')
           OR to_regnamespace('dual_id_conversion') IS NOT NULL),
       'isOwned', pg_has_role(c.relowner, 'USAGE'),
       'isForced', c.relforcerowsecurity AND NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles
         WHERE rolname = current_user),
       'replicaIdentity', c.relreplident,
       'rows', greatest(c.reltuples, 0), 'bytes', pg_total_relation_size(c.oid), 'heapBytes', pg_table_size(c.oid),
       'columns', (${columnsJson}), 'indexes', (${indexesJson}), 'references', (${referencesJson}),
       'foreignKeys', (${foreignKeysJson}), 'updateRules', (${updateRulesJson}),
       'dependents', (${dependentsJson}), 'triggers', (${triggersJson}),
       'functions', (${functionsJson}), 'columnGrants', (${grantsJson}),
       'narrowPublications', (SELECT coalesce(json_agg(p.pubname ORDER BY p.pubname), '[]')
         FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
         WHERE r.prrelid = c.oid AND (r.prattrs IS NOT NULL OR r.prqual IS NOT NULL)
           AND (p.pubupdate OR p.pubdelete)),
       'publications', (SELECT coalesce(json_agg(DISTINCT p.pubname), '[]')
         FROM pg_publication_tables p WHERE (p.schemaname, p.tablename) = (n.nspname, c.relname))
     ) AS facts
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE (n.nspname, c.relname) = ($1, $2)`,
    [table.schema, table.name],
  );
  return row!.facts;
}
