import { definer, makeDefiner } from '../../core/schema/definer.js';

/**
 * Refuses edges of deleted entities, whoever writes them. The ends stay locked until the end of the
 * transaction, in the order of their passports, so that the statement waits for a concurrent
 * delete.
 */
export const livingEndsUp = [
  makeDefiner(
    `CREATE FUNCTION dual_id.refuse_edge_of_deleted() RETURNS trigger
   LANGUAGE plpgsql ${definer} AS $$
   BEGIN
     IF (SELECT bool_or(held.status = 'deleted')
         FROM (SELECT p.status FROM dual_id.passports p
               WHERE p.id IN (SELECT from_id FROM added UNION SELECT to_id FROM added)
               ORDER BY p.id FOR SHARE) held)
     THEN
       RAISE EXCEPTION 'an end of the relation was deleted' USING ERRCODE = 'DI410';
     END IF;
     RETURN NULL;
   END $$`,
    'dual_id.refuse_edge_of_deleted()',
  ),
  `CREATE TRIGGER relations_living
     AFTER INSERT ON dual_id.relations REFERENCING NEW TABLE AS added
     FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_edge_of_deleted()`,
];

export const livingEndsDown = ['DROP FUNCTION dual_id.refuse_edge_of_deleted()'];
