import type { StructureCheck } from '../structure-check.js';

/** Whole sessions in which no guard runs. */
export const replicationRoleSet: StructureCheck = {
  code: 'replication_role_set',
  finds: 'a role or database whose sessions run without triggers and foreign keys',
  fix: 'ALTER ROLE <role> RESET session_replication_role, or ALTER DATABASE <database> RESET ...; then run `dual-id doctor --data`.',
  find: async ({ query }) => {
    const rows = await query<{ place: string }>(
      `SELECT concat_ws(' in ', 'role ' || r.rolname, 'database ' || d.datname) AS place
       FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
       LEFT JOIN pg_database d ON d.oid = s.setdatabase
       WHERE (d.datname IS NULL OR d.datname = current_database())
         AND EXISTS (SELECT FROM unnest(s.setconfig) c
           WHERE c LIKE 'session_replication_role=%' AND c <> 'session_replication_role=origin')`,
    );
    const problem = 'session_replication_role is set, so that no guard runs';
    return rows.map(({ place }) => ({ place, problem }));
  },
};
