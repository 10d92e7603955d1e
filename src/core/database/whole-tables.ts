/**
 * Checking, repairing, copying or counting requires every row: a row hidden by a policy looks as if
 * it were gone. With this setting PostgreSQL refuses to read such a table instead.
 */
export const seeEveryRow = `SELECT set_config('row_security', 'off', true)`;

/** Rows of a table are hidden from the role, so nothing about them can be reported or done. */
export class HiddenRowsError extends Error {
  override readonly name = 'HiddenRowsError';
  readonly code = '42501';
}

type Ask = <Row extends object>(sql: string) => Promise<readonly Row[]>;

/**
 * The error with an explanation if row-level security caused it, naming every affected table, and
 * any other error unchanged. It queries the catalog, so the failed transaction must be over.
 */
export async function explainHiddenRows(error: unknown, ask: Ask): Promise<unknown> {
  if (sqlStateOf(error) !== '42501') return error;
  const rows = await ask<{ table: string; role: string }>(affected).catch(() => [] as const);
  const role = rows[0]?.role;
  if (role === undefined) return error;
  const tables = rows.map(({ table }) => table);
  const orNoForce = tables.map((table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
  return new HiddenRowsError(
    `Row-level security would hide rows of ${tables.join(', ')} from the role ${role}, and ` +
      'hidden rows would count as missing. Nothing was read or changed in that step. Use a role that ' +
      `sees every row: ALTER ROLE ${role} BYPASSRLS, or as the owner of the tables ` +
      `${orNoForce.join('; ')}.`,
    { cause: error },
  );
}

/** The SQLSTATE of an error of TypeORM or of the driver; undefined for any other. */
export function sqlStateOf(error: unknown): unknown {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return driverError?.code ?? code;
}

const affected = `SELECT c.oid::regclass::text AS table, quote_ident(current_user) AS role
  FROM pg_class c WHERE c.relrowsecurity AND row_security_active(c.oid) ORDER BY 1`;
