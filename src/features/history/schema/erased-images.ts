import type { PersonalPlace } from '../../../core/schema/personal-place.js';
import type { Capture } from './captured-table.js';
import { changedRows } from './captured-table.js';
import type { RecordKey } from './record-key.js';
import { changedPart } from './row-image.js';

/** No image of an erased person stays. */
export const imagesOfPerson: PersonalPlace = {
  name: 'changes',
  forget: `DECLARE record bigint;
    BEGIN
      SELECT coalesce(entity_id, id) INTO record FROM dual_id.passports WHERE uuid = NEW.uuid;
      IF FOUND THEN
        UPDATE dual_id.changes c SET old = NULL, new = NULL FROM dual_id.history_tables t
          WHERE c.table_id = t.table_id AND c.record_id = record AND c.uuid = NEW.uuid
            AND num_nonnulls(c.old, c.new) > 0;
      ELSE
        UPDATE dual_id.changes c SET old = NULL, new = NULL
          WHERE c.uuid = NEW.uuid AND num_nonnulls(c.old, c.new) > 0;
      END IF;
    END`,
};

/**
 * Says for as long as an entry is made that a person is being erased, and until the transaction
 * ends who was, whatever makes the entry.
 */
export const noteErasure: readonly string[] = [
  `CREATE FUNCTION dual_id.note_erasure() RETURNS trigger
   LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
   BEGIN
     IF TG_LEVEL = 'STATEMENT' THEN
       PERFORM set_config('dual_id.erasing', '', true);
       RETURN NULL;
     END IF;
     PERFORM set_config('dual_id.erasing', NEW.uuid::text, true),
       set_config('dual_id.erased', NEW.uuid::text, true);
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER erasure_begins BEFORE INSERT OR UPDATE ON dual_id.erasures
     FOR EACH ROW EXECUTE FUNCTION dual_id.note_erasure()`,
  `CREATE TRIGGER erasure_ends AFTER INSERT OR UPDATE ON dual_id.erasures
     FOR EACH STATEMENT EXECUTE FUNCTION dual_id.note_erasure()`,
];

/** Takes it away. */
export const noteErasureDown: readonly string[] = [
  'DROP TRIGGER erasure_begins ON dual_id.erasures',
  'DROP TRIGGER erasure_ends ON dual_id.erasures',
  'DROP FUNCTION dual_id.note_erasure()',
];

/** Overwrites those values of an image that another image has too. */
export const overwriteImage = `CREATE FUNCTION dual_id.overwrite_image(image jsonb, part jsonb)
  RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT image || coalesce(
      (SELECT jsonb_object_agg(key, value) FROM jsonb_each(part) WHERE image ? key), '{}')
  $$`;

/**
 * Statements after a change was logged. What an erasure changes in other rows than the person's own
 * is personal: older images of those rows get the new values in its place. The person's own row is
 * blanked next, and leaves no image.
 */
export function forgetErased(capture: Capture, changed: string): string {
  return `IF ${uuidIn('dual_id.erased')} IS NOT NULL THEN
      IF ${erasedSql('dual_id.erasing')} AND pg_trigger_depth() > 1 THEN
        ${overwriteOlder(capture, changed)};
      END IF;
      IF ${erasedSql('dual_id.erased')} THEN
        ${blankPerson(capture)};
      END IF;
    END IF`;
}

/** Anybody can set a setting, but only an erasure enters a person. */
function erasedSql(setting: string): string {
  return `EXISTS (SELECT FROM dual_id.erasures WHERE uuid = ${uuidIn(setting)})`;
}

const uuidIn = (setting: string) => `nullif(current_setting('${setting}', true), '')::uuid`;

function overwriteOlder({ spec, tableId, record }: Capture, changed: string): string {
  return `UPDATE dual_id.changes c
    SET old = dual_id.overwrite_image(c.old, p.part), new = dual_id.overwrite_image(c.new, p.part)
    FROM (SELECT ${namesOf(record)},
        ${changedPart(spec, 'i.after', 'i.before')} AS part ${changed}) p
    WHERE c.table_id = ${tableId} AND c.record_id = p.record_id
      AND c.record_key IS NOT DISTINCT FROM p.record_key
      AND c.related_uuid IS NOT DISTINCT FROM p.related_uuid`;
}

/**
 * A statement after rows were logged that went, or got another key. What an erasure deletes is
 * personal, and has no values to stand in its place.
 */
export function forgetGone(capture: Capture, gone: string): string {
  const { tableId, record } = capture;
  return `IF ${uuidIn('dual_id.erasing')} IS NOT NULL THEN
      IF ${erasedSql('dual_id.erasing')} AND pg_trigger_depth() > 1 THEN
        UPDATE dual_id.changes c SET old = NULL, new = NULL
          FROM (SELECT ${namesOf(record)} ${gone}) p
          WHERE c.table_id = ${tableId} AND c.record_id = p.record_id
            AND c.record_key IS NOT DISTINCT FROM p.record_key
            AND c.related_uuid IS NOT DISTINCT FROM p.related_uuid;
      END IF;
    END IF`;
}

const namesOf = ({ recordId, recordKey, relatedUuid }: RecordKey) =>
  `${recordId} AS record_id, ${recordKey}::jsonb AS record_key, ${relatedUuid}::uuid AS related_uuid`;

function blankPerson(capture: Capture): string {
  const { tableId, record } = capture;
  return `UPDATE dual_id.changes c SET old = NULL, new = NULL
    FROM (SELECT ${record.recordId} AS record_id FROM ${changedRows(capture).new} r ${record.join}
      WHERE ${record.uuid} = ${uuidIn('dual_id.erased')}) p
    WHERE c.table_id = ${tableId} AND c.record_id = p.record_id`;
}
