import { closed, definer, dropped } from './owner-rights.js';

const signatures = ['dual_id.claim_master()', 'dual_id.release_master()', 'dual_id.link_master()'];

/**
 * The functions behind links of rows to passports. A unique index of a partitioned table must have
 * the partition's key in it, so one of the passport alone is impossible there. The registry holds
 * the claim in its place: one for each service and passport, written and released by triggers that
 * every partition inherits. A second claim waits for the transaction of the first, as it would at
 * an index.
 *
 * A row may be inserted with the public id of its passport alone, and only while the passport
 * lives: the lock waits for a delete under way. A row that moves between partitions is deleted
 * and inserted; it has its claim still, and may move whatever became of its passport.
 */
export const masterLinksUp = [
  `CREATE FUNCTION dual_id.claim_master() RETURNS trigger LANGUAGE plpgsql
   ${definer} AS $$
   BEGIN
     INSERT INTO dual_id.master_claims (service, master_id) VALUES (TG_ARGV[0], NEW.master_id)
       ON CONFLICT DO NOTHING;
     IF NOT FOUND THEN
       RAISE EXCEPTION 'the passport has a row of % already', TG_ARGV[0]
         USING ERRCODE = 'unique_violation', TABLE = TG_ARGV[1], COLUMN = 'master_uuid';
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION dual_id.release_master() RETURNS trigger LANGUAGE plpgsql
   ${definer} AS $$
   BEGIN
     IF TG_OP = 'TRUNCATE' THEN
       DELETE FROM dual_id.master_claims WHERE service = TG_ARGV[0];
     ELSE
       DELETE FROM dual_id.master_claims
         WHERE service = TG_ARGV[0] AND master_id = OLD.master_id;
     END IF;
     RETURN NULL;
   END $$`,
  `CREATE FUNCTION dual_id.link_master() RETURNS trigger LANGUAGE plpgsql
   ${definer} AS $$
   DECLARE
     master record;
   BEGIN
     SELECT id, status INTO master FROM dual_id.passports WHERE uuid = NEW.master_uuid FOR SHARE;
     IF master.status = 'deleted' AND NOT EXISTS (SELECT FROM dual_id.master_claims
          WHERE service = TG_ARGV[0] AND master_id = master.id) THEN
       master.id := NULL;
     END IF;
     NEW.master_id := coalesce(NEW.master_id, master.id);
     PERFORM dual_id.required(master.id, 'masterUuid');
     RETURN NEW;
   END $$`,
  closed(signatures),
];

export const masterLinksDown = [dropped(signatures)];
