import { dollarQuoted, quoteText } from '../sql/quoting.js';
import { addConstraint } from './table-guards.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';

type PlatformTypeSpec = NonNullable<DualIdTable['type']>;

/** The platform type of a table: its row, its fixed column, and the composite key to passports. */
export function platformTypeUp(spec: DualIdTable, { table, id, uuid }: QuotedTable): string[] {
  if (!spec.type) return [];
  const own = id === undefined ? uuid : `${uuid}, platform_type_id, ${id}`;
  const theirs = id === undefined ? 'uuid' : 'uuid, platform_type_id, entity_id';
  return [
    ...platformTypeRow(spec.type, id === undefined),
    `ALTER TABLE ${table}
       ADD COLUMN IF NOT EXISTS platform_type_id smallint NOT NULL DEFAULT ${spec.type.id}`,
    addConstraint(spec, 'type_ck', `CHECK (platform_type_id = ${spec.type.id})`),
    addConstraint(
      spec,
      'passport_fk',
      `FOREIGN KEY (${own}) REFERENCES dual_id.passports (${theirs})
         DEFERRABLE INITIALLY DEFERRED NOT VALID`,
    ),
  ];
}

/** Enters the type, and refuses a number that means something else already. */
function platformTypeRow({ id, name }: PlatformTypeSpec, isGuid: boolean): string[] {
  const own = `(${quoteText(name)}, ${isGuid})`;
  return [
    `DO ${dollarQuoted(`BEGIN
       IF EXISTS (SELECT 1 FROM dual_id.platform_types
                  WHERE id = ${id} AND (name, guid) IS DISTINCT FROM ${own}) THEN
         RAISE EXCEPTION 'platform type ${id} is taken by another kind of entity'
           USING ERRCODE = 'unique_violation',
                 HINT = 'Give the table a number that no migration has used.';
       END IF;
     END`)}`,
    `INSERT INTO dual_id.platform_types (id, name, guid)
       VALUES (${id}, ${quoteText(name)}, ${isGuid}) ON CONFLICT (id) DO NOTHING`,
  ];
}
