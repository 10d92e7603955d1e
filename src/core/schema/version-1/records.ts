import { closed, definer, dropped } from './owner-rights.js';

const columns = '(uuid, platform_type_id, guid, name, description, natural_key)';
const touch = 'updated_at = now(), version = p.version + 1';

const signatures = [
  'dual_id.create_records(uuid[], smallint[], text[], text[])',
  'dual_id.create_record_once(uuid, smallint, text, text)',
  'dual_id.change_record(bigint, boolean, text, boolean, text, text)',
  'dual_id.remove_record(bigint)',
  'dual_id.restore_record(bigint)',
];

/**
 * What an application may do to passports itself: it makes and changes records of the kinds that a
 * migration entered, and describes and archives any entity. It has no right to write the table, so
 * each of these is a function with the rights of the owner and exactly one such power.
 */
export const recordsUp = [
  createRecords(),
  createRecordOnce(),
  changeRecord(),
  removeRecord(),
  restoreRecord(),
  closed(signatures),
];

export const recordsDown = [dropped(signatures)];

function createRecords(): string {
  return `CREATE FUNCTION dual_id.create_records(
      uuids uuid[], kinds smallint[], names text[], descriptions text[])
    RETURNS SETOF dual_id.passports LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      IF EXISTS (SELECT FROM unnest(kinds) AS r (kind) WHERE NOT EXISTS (
          SELECT FROM dual_id.platform_types t WHERE t.id = r.kind AND t.record)) THEN
        RAISE EXCEPTION 'only kinds of records have passports without a row'
          USING ERRCODE = 'insufficient_privilege';
      END IF;
      RETURN QUERY INSERT INTO dual_id.passports AS p ${columns}
        SELECT r.uuid, r.kind, true, r.name, r.description,
          CASE WHEN t.unique_names THEN r.name END
        FROM unnest(uuids, kinds, names, descriptions) AS r (uuid, kind, name, description)
        JOIN dual_id.platform_types t ON t.id = r.kind
        RETURNING p.*;
    END $$`;
}

/** The update changes nothing; it makes the statement wait for the other writer and see its row. */
function createRecordOnce(): string {
  return `CREATE FUNCTION dual_id.create_record_once(
      new_uuid uuid, kind smallint, new_name text, new_description text)
    RETURNS SETOF dual_id.passports LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY INSERT INTO dual_id.passports AS p ${columns}
        SELECT new_uuid, t.id, true, new_name, new_description, new_name
        FROM dual_id.platform_types t WHERE t.id = kind AND t.record AND t.unique_names
        ON CONFLICT (platform_type_id, natural_key) WHERE natural_key IS NOT NULL
          DO UPDATE SET natural_key = excluded.natural_key
        RETURNING p.*;
    END $$`;
}

/** The name of an entity follows its row, so that only a record is renamed. */
function changeRecord(): string {
  return `CREATE FUNCTION dual_id.change_record(passport bigint, renames boolean, new_name text,
      describes boolean, new_description text, new_status text)
    RETURNS SETOF dual_id.passports LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY UPDATE dual_id.passports p SET
          name = CASE WHEN renames THEN new_name ELSE p.name END,
          natural_key = CASE WHEN renames AND t.unique_names THEN new_name ELSE p.natural_key END,
          description = CASE WHEN describes THEN new_description ELSE p.description END,
          status = coalesce(new_status, p.status), ${touch}
        FROM dual_id.platform_types t
        WHERE p.id = passport AND t.id = p.platform_type_id AND (t.record OR NOT renames)
          AND p.status <> 'deleted' AND new_status IS DISTINCT FROM 'deleted'
        RETURNING p.*;
    END $$`;
}

function removeRecord(): string {
  return `CREATE FUNCTION dual_id.remove_record(passport bigint)
    RETURNS SETOF dual_id.passports LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY UPDATE dual_id.passports p
        SET status = 'deleted', deleted_at = now(), natural_key = NULL, ${touch}
        FROM dual_id.platform_types t
        WHERE p.id = passport AND t.id = p.platform_type_id AND t.record RETURNING p.*;
    END $$`;
}

function restoreRecord(): string {
  return `CREATE FUNCTION dual_id.restore_record(passport bigint)
    RETURNS SETOF dual_id.passports LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY UPDATE dual_id.passports p SET status = 'active', deleted_at = NULL,
          natural_key = CASE WHEN t.unique_names THEN p.name END, ${touch}
        FROM dual_id.platform_types t
        WHERE p.id = passport AND t.id = p.platform_type_id AND t.record RETURNING p.*;
    END $$`;
}
