import { DatabaseError } from 'pg';
import { DualIdError } from '../errors/dual-id-error.js';
import type { ErrorDetails } from '../errors/dual-id-error.js';
import type { ErrorCode } from '../errors/error-codes.js';
import { problem } from '../errors/problem.js';
import { causeOf, lossOf } from './connection-loss.js';
import { isContention } from './contention.js';
import type { ConstraintFields } from './constraint-fields.js';
import { mayWrite } from './statement.js';

/** Routines that report a type or relation that is gone although a plan still refers to it. */
const staleRoutines: ReadonlySet<string> = new Set(['RevalidateCachedQuery', 'lookup_type_cache']);
/** Internal errors of the same kind; PostgreSQL does not translate them. */
const staleLookup = /^cache lookup failed for|^could not open relation with OID/;

/**
 * Whether a plan is stale: a column, a type or a table was replaced while the application was
 * running. The statement has to be prepared again.
 */
export function isStalePlan(error: unknown): boolean {
  const cause = causeOf(error);
  if (!(cause instanceof DatabaseError)) return false;
  const { code, routine = '', message } = cause;
  if (code === '0A000' || code === '42704') return staleRoutines.has(routine);
  return code === 'XX000' && staleLookup.test(message);
}

/**
 * Whether the error shows a pooler lending a connection that lacks, or already has, a statement of
 * that name.
 */
export function isLostStatement(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof DatabaseError && (cause.code === '26000' || cause.code === '42P05');
}

/** The error of a search: one that was cut off took too long. */
export function ofSearch(error: unknown): unknown {
  const cause = error instanceof DualIdError ? error.details.cause : causeOf(error);
  const isEnded = cause instanceof DatabaseError && cause.code === '57014';
  return isEnded ? problem('search_timeout', { cause }) : error;
}

/** Whether the error means that a value is too long, usually for an index. */
export function isTooLong(error: unknown): boolean {
  const cause = causeOf(error);
  return cause instanceof DatabaseError && cause.code === '54000';
}

/** What is known of the statement that failed. */
export interface Failed {
  readonly sql?: string;
  /** Whether it may have written; derived from its text by default. */
  readonly mayWrite?: boolean;
  /** Inside a transaction nothing is written before COMMIT, so an earlier loss leaves no doubt. */
  readonly inTransaction?: boolean;
}

/**
 * Turns an error of PostgreSQL, its driver or TypeORM into one from the table of codes. SQL,
 * constraint names and database values do not pass; the original is kept as `cause`.
 */
export function translateDatabaseError(
  error: unknown,
  fields: ConstraintFields,
  failed: Failed = {},
): unknown {
  if (error instanceof DualIdError) return error;
  const cause = causeOf(error);
  const text = failed.sql ?? failedSql(error);
  const loss = lossOf(cause);
  if (loss !== undefined) {
    const mayBeDone =
      loss === 'sent' && !failed.inTransaction && (failed.mayWrite ?? mayWrite(text));
    return problem(mayBeDone ? 'outcome_unknown' : 'unavailable', { cause });
  }
  return cause instanceof DatabaseError ? ofSqlState(cause, fields, text) : error;
}

/** TypeORM's errors contain the statement that failed. */
function failedSql(error: unknown): string {
  return (error as { query?: string } | null)?.query ?? '';
}

const codeOfSqlState: Record<string, ErrorCode> = {
  '23505': 'conflict',
  '23P01': 'conflict',
  '23502': 'rule_violated',
  '23514': 'rule_violated',
  '23000': 'rule_violated',
  '22001': 'rule_violated',
  '22003': 'rule_violated',
  '22007': 'rule_violated',
  '22008': 'rule_violated',
  '22021': 'rule_violated',
  '22P02': 'rule_violated',
  '22P05': 'rule_violated',
  '25006': 'unavailable',
  '57014': 'unavailable',
  DI409: 'lease_lost',
  DI410: 'gone',
  DICYC: 'relation_cycle',
  DIOWN: 'last_owner',
};
/** Lost connections, exhausted resources and shutdowns. */
const unavailable = /^(?:08|53|57P)/;

function ofSqlState(error: DatabaseError, fields: ConstraintFields, sql: string): DualIdError {
  const state = error.code ?? '';
  if (state === 'DI422') return missingReference(error.column ?? '', error);
  if (state === 'DI500') return problem('misuse', { detail: withoutLease, cause: error });
  if (state === '23001') return problem('still_referenced', { cause: error });
  if (state === '23503') return ofForeignKey(error, fields, sql);
  if (isContention(error) || isStalePlan(error))
    return problem('concurrent_change', { cause: error });
  if (isLostStatement(error)) return problem('prepared_statement_lost', { cause: error });
  // A read that is too large is not caused by a value that a client sent.
  if (isTooLong(error) && (sql === '' || mayWrite(sql))) {
    return problem('rule_violated', { ...naming(error, fields), cause: error });
  }
  const code = codeOfSqlState[state] ?? (unavailable.test(state) ? 'unavailable' : 'internal');
  return problem(code, { ...naming(error, fields), cause: error });
}

const withoutLease =
  'A fenced table was changed outside a lease; change it inside withLease, by statements of the Database.';

/** The named property of a body refers to a row that does not exist. */
function missingReference(property: string, cause: unknown): DualIdError {
  const errors = [{ pointer: `/${property}`, detail: 'does not exist' }];
  return problem('missing_reference', { errors, cause });
}

function ofForeignKey(error: DatabaseError, fields: ConstraintFields, sql: string): DualIdError {
  if (fields.isPassportKey(error.constraint, error.table)) {
    return problem('internal', { cause: error });
  }
  const removing = /^\s*DELETE\b/i.test(sql) || /still referenced/.test(error.detail ?? '');
  return removing
    ? problem('still_referenced', { cause: error })
    : problem('missing_reference', { ...naming(error, fields), cause: error });
}

/** Points at the properties an error is about, if the constraint or column is known. */
function naming(error: DatabaseError, fields: ConstraintFields): ErrorDetails {
  const named = fields.ofColumn(error.table, error.column);
  const names = named.length > 0 ? named : fields.ofConstraint(error.constraint, error.table);
  if (names.length === 0) return {};
  return {
    errors: names.map((name) => ({
      pointer: `/${name.replaceAll('.', '/')}`,
      detail: what(error),
    })),
  };
}

function what(error: DatabaseError): string {
  if (error.code === '23505') return 'is already in use';
  if (error.code === '23503') return 'does not exist';
  if (error.code === '23502') return 'is required';
  if (error.code === '23P01') return 'overlaps with an existing one';
  if (error.code === '54000') return 'is too long';
  return 'is not an allowed value';
}
