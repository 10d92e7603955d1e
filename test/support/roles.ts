/** Roles of the test server that are no superusers: one owns and migrates, the other works. */
export const roleNames = { owner: 'test_owner', application: 'test_application' } as const;

const password = 'test';

/** Makes the roles, once for each server. */
export const makeRoles = Object.values(roleNames).map(
  (role) => `DO $do$ BEGIN
    IF to_regrole('${role}') IS NULL THEN
      CREATE ROLE ${role} LOGIN PASSWORD '${password}' NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
  END $do$`,
);

/** The address of a database for one of the roles. */
export function urlAs(
  role: keyof typeof roleNames,
  server: string,
  database = new URL(server).pathname.slice(1),
): string {
  const url = new URL(server);
  url.username = roleNames[role];
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}
