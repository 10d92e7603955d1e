import { quoteText } from './names.js';
import { addConstraint } from './table-guards.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';

/** The platform type of a table: its row, its fixed column, and the composite key to passports. */
export function platformTypeUp(spec: DualIdTable, { table, id, uuid }: QuotedTable): string[] {
  if (!spec.type) return [];
  const own = id === undefined ? uuid : `${uuid}, platform_type_id, ${id}`;
  const theirs = id === undefined ? 'uuid' : 'uuid, platform_type_id, entity_id';
  return [
    `INSERT INTO dual_id.platform_types (id, name, guid)
       VALUES (${spec.type.id}, ${quoteText(spec.type.name)}, ${id === undefined})
       ON CONFLICT (id) DO NOTHING`,
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
