import { createHash } from 'node:crypto';

/** A SQL text with the name under which the server may prepare it. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Makes a statement whose name follows from its text, so that equal texts share one plan. */
export function statement(text: string): Statement {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  return { name: `dual_${digest}`, text };
}
