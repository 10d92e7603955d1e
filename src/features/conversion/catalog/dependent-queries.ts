/** What an object is called: the rule of a view means the view. */
const described = `CASE WHEN d.classid = 'pg_rewrite'::regclass
  THEN (SELECT CASE WHEN w.rulename = '_RETURN' THEN pg_describe_object('pg_class'::regclass, w.ev_class, 0)
    ELSE pg_describe_object(d.classid, d.objid, 0) END FROM pg_rewrite w WHERE w.oid = d.objid)
  ELSE pg_describe_object(d.classid, d.objid, 0) END`;

/**
 * What rests on columns of the table `c`, or on its primary key: views, functions with a parsed
 * body, policies, triggers, generated columns, checks, statistics and publications of columns.
 */
export const dependentsJson = `SELECT coalesce(json_agg(json_build_object(
    'what', u.what, 'column', u.column_name) ORDER BY u.column_name, u.what), '[]')
  FROM (SELECT DISTINCT ${described} AS what, a.attname AS column_name
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
    WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid > 0
      AND (d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass,
          'pg_trigger'::regclass, 'pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass)
        OR (d.classid = 'pg_attrdef'::regclass AND EXISTS (SELECT FROM pg_attrdef f
          JOIN pg_attribute g ON (g.attrelid, g.attnum) = (f.adrelid, f.adnum)
          WHERE f.oid = d.objid AND g.attgenerated <> ''))
        OR (d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid > 0)
        OR (d.classid = 'pg_constraint'::regclass AND EXISTS (SELECT FROM pg_constraint k
          WHERE k.oid = d.objid AND k.contype IN ('c', 'x'))))
      AND NOT (d.classid = 'pg_trigger'::regclass AND EXISTS (SELECT FROM pg_trigger t
        JOIN pg_proc f ON f.oid = t.tgfoid
        WHERE t.oid = d.objid AND (t.tgisinternal
          OR f.pronamespace = to_regnamespace('dual_id_conversion'))))
    UNION
    SELECT DISTINCT ${described}, NULL
    FROM pg_constraint k JOIN pg_depend d ON d.refclassid = 'pg_constraint'::regclass
      AND d.refobjid = k.oid AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
    WHERE k.conrelid = c.oid AND k.contype = 'p') u`;

/** A name in a regular expression. */
const escapedName = (name: string) => `regexp_replace(${name}, '(\\W)', '\\\\\\1', 'g')`;

/** `NEW.*` in what a statement selects or inserts, and not in the parentheses of a call there. */
const copiedRow =
  '\\m(?:select|values\\s*\\()(?:[^();]|\\([^()]*\\))*\\m(?:new|old)\\s*\\.\\s*\\*(?!\\s*is\\M)';

/** Triggers of the table `c` that are the application's own, as JSON. */
export const triggersJson = `SELECT coalesce(json_agg(json_build_object(
    'name', t.tgname, 'functionSchema', fn.nspname, 'function', f.proname,
    'firesOnUpdate', t.tgtype & 16 <> 0 AND t.tgattr::text = '' AND t.tgenabled <> 'D',
    'comesLast', t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AND t.tgenabled <> 'D'
      AND t.tgname > 'zz_dual_id' COLLATE "C" AND fn.nspname <> 'dual_id_conversion',
    'copiesRows', t.tgenabled <> 'D' AND f.prosrc ~* '${copiedRow}',
    'columns', ARRAY(SELECT a.attname::text FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND f.prosrc ~* ('\\m(new|old)\\s*\\.\\s*("?)' || ${escapedName('a.attname')} || '\\2(?!\\w)')
      ORDER BY a.attnum))
    ORDER BY t.tgname), '[]')
  FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace fn ON fn.oid = f.pronamespace
  WHERE t.tgrelid = c.oid AND NOT t.tgisinternal`;

/** Functions whose text names the table `c`; the catalog knows no more of them. */
export const functionsJson = `SELECT coalesce(json_agg(f.oid::regprocedure::text ORDER BY 1), '[]')
  FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace
  JOIN pg_language l ON l.oid = f.prolang
  WHERE l.lanname NOT IN ('c', 'internal') AND fn.nspname NOT IN ('pg_catalog', 'information_schema', 'dual_id', 'dual_id_conversion')
    AND f.prosqlbody IS NULL AND f.prosrc ~* ('\\m' || ${escapedName('c.relname')} || '\\M')`;

/** Roles with rights on single columns of the table `c`. */
export const grantsJson = `SELECT coalesce(json_agg(DISTINCT
    CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee) END), '[]')
  FROM pg_attribute a, aclexplode(a.attacl) g
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

/** Rules of the table `c` for updates. */
export const updateRulesJson = `SELECT coalesce(json_agg(w.rulename ORDER BY w.rulename), '[]')
  FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '2' AND w.ev_enabled <> 'D'`;
