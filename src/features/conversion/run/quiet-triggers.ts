import { problem } from '../../../core/errors/problem.js';
import type { RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

/**
 * Settings of a batch for which triggers of the application are to keep quiet. Those of a conversion
 * fire always. Foreign keys lose nothing: those of the columns that a backfill fills come after it.
 */
export function triggerSettings({ skipTriggers }: RunOptions): Readonly<Record<string, string>> {
  return skipTriggers ? { session_replication_role: 'replica' } : {};
}

/** Refuses to begin where the role may not keep them quiet. */
export async function refuseLoudTriggers(
  session: ConversionSession,
  { skipTriggers }: RunOptions,
): Promise<void> {
  if (!skipTriggers) return;
  const [row] = await session.rows<{ may: boolean; role: string }>(
    `SELECT has_parameter_privilege('session_replication_role', 'SET') AS may,
       quote_ident(current_user) AS role`,
  );
  if (row!.may) return;
  const detail = `This role may not set session_replication_role, as skipping triggers needs. Let a superuser GRANT SET ON PARAMETER session_replication_role TO ${row!.role}, or let them fire.`;
  throw problem('conversion_refused', { detail });
}
