/** The tables that link people, groups, roles and permissions, with the columns of their keys. */
export const joinColumns = {
  principal_roles: ['principal_id', 'role_uuid'],
  group_members: ['principal_id', 'group_uuid'],
  group_roles: ['group_uuid', 'role_uuid'],
  role_permissions: ['role_uuid', 'permission_uuid'],
} as const;

/** The name of one of these tables. */
export type JoinTableName = keyof typeof joinColumns;

/** What TypeORM's `@JoinTable` needs to map one as `installIdentity` creates it. */
export function joinTable(name: JoinTableName) {
  const [near, far] = joinColumns[name];
  const mapped = (column: string) => ({
    name: column,
    foreignKeyConstraintName: `${name}_${column}_fk`,
  });
  return { schema: 'dual_id', name, joinColumn: mapped(near), inverseJoinColumn: mapped(far) };
}
