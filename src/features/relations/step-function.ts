/** One side of the edges of an entity, each type in the order of the index. */
function steppedEdges(name: 'out' | 'in', types: string): string {
  const [own, other] = name === 'out' ? ['from_id', 'to_id'] : ['to_id', 'from_id'];
  return `(SELECT ${name === 'out'} AS is_out, e.*
    FROM unnest(${types}) AS leg (type_id) CROSS JOIN LATERAL (
      SELECT r.type_id, r.${other} AS other_id FROM dual_id.relations r
      WHERE r.${own} = node.id AND r.type_id = leg.type_id ORDER BY r.${other} LIMIT most) e
    LIMIT most)`;
}

/** The edges of some entities and where they lead; limits make it one index lookup each. */
export const stepQuery = `
  SELECT e.id, e.is_out, e.type_id, e.other_id, p.uuid, p.type, p.status
  FROM (SELECT node.id, s.* FROM unnest(nodes) AS node (id) CROSS JOIN LATERAL (
          ${steppedEdges('out', 'out_types')} UNION ALL ${steppedEdges('in', 'in_types')} LIMIT most) s
        LIMIT most) e
  CROSS JOIN LATERAL (
    SELECT q.uuid, k.name AS type, q.status
    FROM dual_id.passports q JOIN dual_id.platform_types k ON k.id = q.platform_type_id
    WHERE q.id = e.other_id LIMIT 1) p`;

/**
 * `dual_id.step_over_relations(nodes, out_types, in_types, most)`: one step of a walk. The planner
 * assumes that every entity has a handful of edges and would collect them in a bitmap; for an
 * entity with a million, that reads all of them to show a few. So bitmap scans are switched off.
 */
export const stepFunctionUp = [
  `CREATE FUNCTION dual_id.step_over_relations(
     nodes bigint[], out_types smallint[], in_types smallint[], most integer)
   RETURNS TABLE (
     near_id bigint, is_out boolean, type_id smallint, far_id bigint,
     far_uuid uuid, far_type text, far_status text)
   LANGUAGE plpgsql STABLE SET enable_bitmapscan = off AS $$
   #variable_conflict use_column
   BEGIN
     RETURN QUERY ${stepQuery};
   END $$`,
];

/** Its name with the types of its parameters. */
export const stepFunction =
  'dual_id.step_over_relations(bigint[], smallint[], smallint[], integer)';

export const stepFunctionDown = [`DROP FUNCTION ${stepFunction}`];
