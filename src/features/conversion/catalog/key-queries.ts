/** Columns of the table `c`, as JSON. */
export const columnsJson = `SELECT json_agg(json_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
    'isRequired', a.attnotnull, 'default', pg_get_expr(d.adbin, d.adrelid),
    'identity', a.attidentity, 'isGenerated', a.attgenerated <> '') ORDER BY a.attnum)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

/** Names of columns by their numbers, in order. */
const columnNamesOf = (table: string, numbers: string) => `ARRAY(
  SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY AS u (number, place)
  JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.number ORDER BY u.place)`;

/** Indexes of the table `c`, as JSON. */
export const indexesJson = `SELECT coalesce(json_agg(json_build_object(
    'name', i.relname, 'isUnique', x.indisunique, 'isValid', x.indisvalid,
    'constraint', k.contype, 'isDeferrable', NOT x.indimmediate,
    'isExclusion', x.indisexclusion, 'isReplicaIdentity', x.indisreplident,
    'columns', ${columnNamesOf('c.oid', '(x.indkey::int2[])[0:x.indnkeyatts - 1]')},
    'expressions', array_remove(ARRAY[
      'ROW(' || pg_get_expr(x.indexprs, c.oid) || ')', pg_get_expr(x.indpred, c.oid)], NULL),
    'ownOperators', ARRAY(SELECT a.attname::text
      FROM unnest(x.indkey::int2[], x.indclass::oid[], x.indcollation::oid[])
        AS u (number, class, sorting)
      JOIN pg_opclass o ON o.oid = u.class
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number
      WHERE NOT o.opcdefault OR u.sorting <> a.attcollation),
    'definition', substring(pg_get_indexdef(x.indexrelid) FROM ' USING (.*)$'),
    'isReferenced', EXISTS (SELECT FROM pg_constraint f
      WHERE f.contype = 'f' AND f.conindid = x.indexrelid)) ORDER BY i.relname), '[]')
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = c.oid
    AND k.contype IN ('p', 'u')
  WHERE x.indrelid = c.oid`;

/** Foreign keys to the table `c`, as JSON. */
export const referencesJson = `SELECT coalesce(json_agg(json_build_object(
    'name', k.conname,
    'table', json_build_object('schema', kn.nspname, 'name', kc.relname),
    'columns', ${columnNamesOf('k.conrelid', 'k.conkey')},
    'referenced', ${columnNamesOf('k.confrelid', 'k.confkey')},
    'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
    'isValid', k.convalidated, 'deleteAction', k.confdeltype, 'updateAction', k.confupdtype,
    'isPartition', kc.relispartition) ORDER BY kn.nspname, kc.relname, k.conname), '[]')
  FROM pg_constraint k JOIN pg_class kc ON kc.oid = k.conrelid
  JOIN pg_namespace kn ON kn.oid = kc.relnamespace
  WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0`;

/** Foreign keys of the table `c` itself, as JSON. */
export const foreignKeysJson = `SELECT coalesce(json_agg(json_build_object(
    'name', k.conname, 'columns', ${columnNamesOf('c.oid', 'k.conkey')},
    'target', json_build_object('schema', tn.nspname, 'name', t.relname)) ORDER BY k.conname), '[]')
  FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
  JOIN pg_namespace tn ON tn.oid = t.relnamespace
  WHERE k.contype = 'f' AND k.conrelid = c.oid`;
