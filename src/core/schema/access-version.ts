import { makeDefiner } from './definer.js';

/** The action of a trigger that notes a change of keys or rights. */
export const noteAccessChange = 'EXECUTE FUNCTION dual_id.bump_access_version()';

/**
 * The version by which instances see that a key or a right has changed. Features that need it
 * create it; the first one does. Their triggers are deferred, so that the row is locked only while
 * a transaction commits: a long one that changes something does not keep others from revoking. One
 * that has written the row does not write it again: its `xmin` tells, which unlike a column never
 * comes from a dump.
 */
export const accessVersionUp = [
  `CREATE TABLE IF NOT EXISTS dual_id.access_version (
     only_row boolean NOT NULL DEFAULT true,
     version bigint NOT NULL,
     CONSTRAINT access_version_pk PRIMARY KEY (only_row),
     CONSTRAINT access_version_only_row_ck CHECK (only_row))`,
  'INSERT INTO dual_id.access_version (version) VALUES (1) ON CONFLICT DO NOTHING',
  makeDefiner(
    `CREATE OR REPLACE FUNCTION dual_id.bump_access_version() RETURNS trigger LANGUAGE plpgsql
       SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
     BEGIN
       INSERT INTO dual_id.access_version AS v (version) VALUES (1)
         ON CONFLICT (only_row) DO UPDATE SET version = v.version + 1
           WHERE v.xmin <> pg_current_xact_id()::xid;
       RETURN NULL;
     END $fn$`,
    'dual_id.bump_access_version()',
  ),
];

/** Removes the version with the last feature whose triggers write it. */
export const accessVersionDown = `DO $do$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger
        WHERE tgfoid = 'dual_id.bump_access_version()'::regprocedure) THEN
      DROP FUNCTION dual_id.bump_access_version();
      DROP TABLE dual_id.access_version;
    END IF;
  END $do$`;
