/**
 * `dual_id.advance_sequence(table, column, start)` moves an identity sequence to
 * max(start, max(column) + 1) and never back. The lock waits for the writers under way and keeps
 * new ones out, so that no id is taken between the look and the move.
 */
export const sequenceUp = [
  `CREATE FUNCTION dual_id.advance_sequence(target regclass, column_name text, start_with bigint)
   RETURNS bigint LANGUAGE plpgsql AS $$
   DECLARE
     sequence_name text := pg_get_serial_sequence(target::text, column_name);
     wanted bigint;
     next_id bigint;
   BEGIN
     IF sequence_name IS NULL THEN
       RAISE EXCEPTION 'column % of % has no sequence', column_name, target;
     END IF;
     EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', target);
     EXECUTE format('SELECT greatest($1, coalesce(max(%I), 0) + 1) FROM %s', column_name, target)
       INTO wanted USING start_with;
     EXECUTE format('SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM %s', sequence_name)
       INTO next_id;
     IF wanted > next_id THEN
       PERFORM setval(sequence_name, wanted, false);
       RETURN wanted;
     END IF;
     RETURN next_id;
   END $$`,
];

export const sequenceDown = ['DROP FUNCTION dual_id.advance_sequence(regclass, text, bigint)'];
