import type { DeletePolicy } from '../passport/platform-type.entity.js';
import { dollarQuoted, quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';

/** A kind of records, which have a passport and no table of their own, as a migration states it. */
export interface RecordTypeSpec {
  /** The platform type, 1 to 32767; no migration has used it. */
  readonly id: number;
  readonly name: string;
  /** Two living records of the kind never have one name. Default false. */
  readonly uniqueNames?: boolean;
  /** Whether a record that others refer to may be deleted. Default `tombstone`: it may. */
  readonly deletePolicy?: DeletePolicy;
}

/** Enters a kind of records; entered again, it states the delete policy again. */
export async function addRecordType(runner: SchemaRunner, spec: RecordTypeSpec): Promise<void> {
  const { id, name, uniqueNames = false, deletePolicy = 'tombstone' } = spec;
  const fixed = `(${quoteText(name)}, true, ${uniqueNames})`;
  await runAll(runner, [
    `DO ${dollarQuoted(`BEGIN
       IF EXISTS (SELECT 1 FROM dual_id.platform_types
                  WHERE id = ${id} AND (name, record, unique_names) IS DISTINCT FROM ${fixed}) THEN
         RAISE EXCEPTION 'platform type ${id} is taken by another kind of entity'
           USING ERRCODE = 'unique_violation',
                 HINT = 'Give the records a number that no migration has used.';
       END IF;
     END`)}`,
    `INSERT INTO dual_id.platform_types (id, name, guid, record, unique_names, delete_policy)
       VALUES (${id}, ${quoteText(name)}, true, true, ${uniqueNames}, ${quoteText(deletePolicy)})
       ON CONFLICT (id) DO UPDATE SET delete_policy = excluded.delete_policy`,
  ]);
}

/** Makes tombstones of all records of a kind; the kind itself goes when it never had one. */
export async function dropRecordType(
  runner: SchemaRunner,
  { id }: Pick<RecordTypeSpec, 'id'>,
): Promise<void> {
  await runAll(runner, [
    `UPDATE dual_id.passports SET status = 'deleted', deleted_at = now(), natural_key = NULL,
       updated_at = now(), version = version + 1
     WHERE platform_type_id = ${id} AND status <> 'deleted'`,
    `DELETE FROM dual_id.platform_types t WHERE t.id = ${id}
       AND NOT EXISTS (SELECT 1 FROM dual_id.passports p WHERE p.platform_type_id = t.id)`,
  ]);
}
