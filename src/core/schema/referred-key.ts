import { quoteText } from './names.js';

/**
 * Changes a key of the schema `dual_id` by some statements, or by others where no foreign key
 * refers to it. Foreign keys rest on its index, and are made again as they are, comments included.
 */
export function changeReferredKey(
  name: string,
  statements: readonly string[],
  unreferred = statements,
): string {
  const list = (texts: readonly string[]) => `ARRAY[${texts.map(quoteText).join(', ')}]`;
  return `DO $do$
    DECLARE
      removals text[];
      additions text[];
      statement text;
    BEGIN
      SELECT array_agg(format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)),
        array_agg(format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
          pg_get_constraintdef(oid))) || array_agg(format('COMMENT ON CONSTRAINT %I ON %s IS %L',
          conname, conrelid::regclass, obj_description(oid, 'pg_constraint')))
        INTO removals, additions
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
          AND conindid = 'dual_id.${name}'::regclass;
      FOREACH statement IN ARRAY coalesce(removals, '{}')
        || CASE WHEN removals IS NULL THEN ${list(unreferred)} ELSE ${list(statements)} END
        || coalesce(additions, '{}')
      LOOP
        EXECUTE statement;
      END LOOP;
    END $do$`;
}
