import { definer, makeDefiner } from '../../core/schema/definer.js';

/**
 * Refuses edges of an acyclic type that would close a cycle, one statement's edges at a time.
 *
 * Two transactions that add a->b and b->a must not both commit. Each first updates the row of the
 * type, so that they run one after the other: the second sees the edge of the first in its next
 * statement or, on a snapshot older than that edge, fails with 40001. An advisory lock is not
 * enough, because a waiter on an old snapshot would continue without the other's edge.
 */
export const cycleGuardUp = [
  makeDefiner(
    `CREATE FUNCTION dual_id.refuse_relation_cycle() RETURNS trigger
   LANGUAGE plpgsql ${definer} AS $$
   DECLARE
     type smallint;
   BEGIN
     FOR type IN SELECT DISTINCT type_id FROM added WHERE acyclic ORDER BY type_id LOOP
       UPDATE dual_id.relation_types SET checks = checks + 1 WHERE id = type;
     END LOOP;
     IF NOT FOUND THEN RETURN NULL; END IF;
     IF EXISTS (
       WITH RECURSIVE ancestors (start, type_id, node) AS (
         SELECT to_id, type_id, from_id FROM added WHERE acyclic
         UNION
         SELECT a.start, r.type_id, r.from_id
         FROM ancestors a JOIN dual_id.relations r ON r.to_id = a.node AND r.type_id = a.type_id)
       SELECT FROM ancestors WHERE node = start)
     THEN
       RAISE EXCEPTION 'the relation would close a cycle' USING ERRCODE = 'DICYC';
     END IF;
     RETURN NULL;
   END $$`,
    'dual_id.refuse_relation_cycle()',
  ),
  `CREATE TRIGGER relations_acyclic
     AFTER INSERT ON dual_id.relations REFERENCING NEW TABLE AS added
     FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_relation_cycle()`,
];

export const cycleGuardDown = ['DROP FUNCTION dual_id.refuse_relation_cycle()'];
