import { createHash } from 'node:crypto';
import type { Use } from '../data-source/lanes.js';

/** A SQL text with the name under which the server may prepare it, and the lane it runs in. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly use: Use;
  /** Whether the text may write; a write is never taken for a read. */
  readonly mayWrite: boolean;
  /** Whether a repository runs it, which itself knows the rows it has invalidated. */
  readonly isOwn?: boolean;
}

/** What a transaction has to know of a statement. */
export type Sent = Pick<Statement, 'text' | 'mayWrite'>;

/**
 * Creates a statement whose name is derived from its text, so that equal texts share one plan. Its
 * use is derived from the text as well, unless given: a function that writes is not visible in it.
 */
export function statement(text: string, use: Use = useOf(text)): Statement {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  return { name: `dual_${digest}`, text, use, mayWrite: use === 'write' || mayWrite(text) };
}

/** Creates a statement that the server plans each time and does not keep. */
export function unnamed(text: string, use: Use = useOf(text)): Statement {
  return { name: '', text, use, mayWrite: use === 'write' || mayWrite(text) };
}

// The schema's own functions that write or lock are recognized by the verb at the start of their
// names.
const writing =
  /\b(?:dual_id\.(?:create|change|remove|restore|hold|lock|erase|keep)_\w+\s*\(|(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY|COMMIT|CALL|DO|CREATE|ALTER|DROP|FOR\s+(?:KEY\s+)?SHARE)\b)/i;

/** Whether a text may write, or lock what others write. A write is never taken for a read. */
export function mayWrite(text: string): boolean {
  return writing.test(text);
}

function useOf(text: string): Use {
  return mayWrite(text) ? 'write' : 'read';
}
