import { DatabaseError } from 'pg';
import { TypeORMError } from 'typeorm';

/**
 * Whether an error comes from PostgreSQL, its driver or TypeORM; its text may quote SQL and values.
 */
export function isOfDatabase(error: unknown): boolean {
  if (error instanceof DatabaseError || error instanceof TypeORMError) return true;
  return error instanceof Error && /^[0-9A-Z]{5}$/.test(errorCodeText(error));
}

/** The causes of an error as a log may show them: codes and stacks, without the database's text. */
export function causeTrace({ cause }: Error): string {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (let at = cause; at !== undefined && !seen.has(at); at = (at as Error | null)?.cause) {
    seen.add(at);
    lines.push(`\n[cause]: ${traceOf(at)}`);
  }
  return lines.join('');
}

function traceOf(error: unknown): string {
  // Any other thrown value may be a row.
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const code = errorCodeText(error);
  const suffix = code === '' ? '' : ` (code ${code})`;
  if (!isOfDatabase(error)) return `${error.stack ?? error.message}${suffix}`;
  return [`${error.name}${suffix}`, ...framesOf(error)].join('\n');
}

/** The lines of the stack after its message, which may itself span several. */
function framesOf({ message, stack = '' }: Error): readonly string[] {
  const lines = stack.replace(message, () => '').split('\n');
  return lines.slice(lines.findLastIndex((line) => !/^ {4}at /.test(line)) + 1);
}

function errorCodeText(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : '';
}
