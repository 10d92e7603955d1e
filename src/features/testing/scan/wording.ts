/** A kind of text that must stay inside, and how it is recognized. */
export interface ScannedWording {
  readonly kind: 'SQL' | 'PostgreSQL wording' | 'stack frame' | 'file path';
  readonly pattern: RegExp;
}

const sqlName = String.raw`["\w.]+`;

/** SQL as statements are written; prose rarely has its keywords in capitals. */
const sql = [
  String.raw`SELECT\s[^;]{1,2000}?\sFROM\s`,
  String.raw`INSERT\s+INTO\s+${sqlName}`,
  String.raw`UPDATE\s+${sqlName}\s+SET\s`,
  String.raw`DELETE\s+FROM\s+${sqlName}`,
  String.raw`(?:WHERE|AND)\s+${sqlName}\s*(?:=|<|>)\s*(?:ANY\s*\()?\$\d`,
  String.raw`RETURNING\s+(?:\*|")`,
];

/** What PostgreSQL, its driver and TypeORM say when something fails. */
const postgres = [
  'duplicate key value',
  'violates (?:unique|foreign key|check|not-null|exclusion) constraint',
  'invalid input (?:syntax|value) for',
  String.raw`(?:relation|column|function|schema|type|operator|sequence) "?[^"\n]{1,80}"? (?:does not exist|already exists|of relation)`,
  'operator does not exist',
  'null value in column',
  'syntax error at or near',
  'unterminated quoted',
  'value too long for type',
  'out of range for type',
  'numeric field overflow',
  'invalid byte sequence for encoding',
  'deadlock detected',
  'could not (?:serialize access|obtain lock|determine data type)',
  'canceling statement due to',
  'current transaction is aborted',
  'permission denied for',
  'prepared statement "',
  'cached plan must not change',
  'bind message supplies',
  'password authentication failed',
  String.raw`Key \([^)]{1,200}\)=\(`,
  'Failing row contains',
  'QueryFailedError',
  'EntityPropertyNotFoundError',
  String.raw`ECONNREFUSED|EAI_AGAIN`,
  'SQLSTATE',
];

/** What a database says about itself, in responses and logs alike. */
export const databaseWording: readonly ScannedWording[] = [
  ...sql.map((source) => ({ kind: 'SQL' as const, pattern: new RegExp(source) })),
  ...postgres.map((source) => ({
    kind: 'PostgreSQL wording' as const,
    pattern: new RegExp(source),
  })),
];

/** What a program says about itself; it belongs in a log, but not in a response. */
export const programWording: readonly ScannedWording[] = [
  {
    kind: 'stack frame',
    pattern:
      /\bat (?:async |new )?[^\s()]{0,100} ?\(?(?:file:|node:|\/|[A-Za-z]:\\)[^\s()]{1,200}:\d+:\d+\)?/,
  },
  {
    kind: 'file path',
    pattern:
      /file:\/\/\/|node_modules[\\/]|[\w@-][\\/][\w.@\\/-]+\.[cm]?[jt]s:\d+|\/(?:home|root|usr|var|opt|tmp|srv|Users)\/[^\s"']+\.\w{1,5}\b/,
  },
];
