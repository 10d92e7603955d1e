/** One migration of a safe form: the lines of its `up`. */
export interface SafeStep {
  readonly transaction: boolean;
  readonly lines: readonly string[];
}

/** Lines of a migration that runs in a transaction. */
export function inTransaction(...lines: readonly string[]): SafeStep {
  return { transaction: true, lines };
}

/** Lines of a migration that declares `transaction = false`. */
export function withoutTransaction(...lines: readonly string[]): SafeStep {
  return { transaction: false, lines };
}

/** The line that runs a statement. */
export function run(sql: string): string {
  return `await queryRunner.query(\`${sql}\`);`;
}

/** Nobody waits long behind a statement that waits for a lock. */
export const lockTimeout = run(`SET LOCAL lock_timeout = '2s'`);

/** An index by the name under which it is dropped: it is in the schema of its table. */
export function indexName(table: string, name: string): string {
  return `${/^.*\./.exec(table)?.[0] ?? ''}${name}`;
}

/** A comment that allows what no other form can do. */
export function allowed(rule: string, reason: string, sql: string): readonly string[] {
  return [`// dual-id-lint: allow ${rule} because ${reason}`, run(sql)];
}

/** Changes rows in batches that each commit alone. */
export function batchLines(table: string, change: string, where: string): readonly string[] {
  const rows = `ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${where} LIMIT 5000))`;
  return [
    'for (let changed = 1; changed > 0; ) {',
    `  [, changed] = await queryRunner.query(\`${change} WHERE ${rows}\`);`,
    '}',
  ];
}

/** The safe form as it is printed: a comment says where each part goes. */
export function printedForm(steps: readonly SafeStep[]): string {
  return steps
    .flatMap(({ transaction, lines }, index) => [
      `// ${index === 0 ? 'In a migration' : 'In a later migration'}${
        transaction ? '' : ', with `transaction = false`'
      }:`,
      ...lines,
    ])
    .join('\n');
}
