import { createHash } from 'node:crypto';
import type { Use } from '../data-source/lanes.js';

/** A SQL text with the name under which the server may prepare it, and the lane it runs in. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly use: Use;
  /** Whether the text may write; nothing that writes is taken for a read. */
  readonly mayWrite: boolean;
  /** Whether a repository runs it, which knows itself what rows it has ended. */
  readonly isOwn?: boolean;
}

/**
 * Makes a statement whose name follows from its text, so that equal texts share one plan. Its use
 * follows from the text as well, unless it is named: a function that writes does not show in it.
 */
export function statement(text: string, use: Use = useOf(text)): Statement {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  return { name: `dual_${digest}`, text, use, mayWrite: use === 'write' || mayWrite(text) };
}

/** A statement that the server plans again each time and does not keep. */
export function unnamed(text: string, use: Use = useOf(text)): Statement {
  return { name: '', text, use, mayWrite: use === 'write' || mayWrite(text) };
}

// The schema's own functions that write or lock are known by the verb their names begin with.
const writing =
  /\b(?:dual_id\.(?:create|change|remove|restore|hold|lock|erase|keep)_\w+\s*\(|(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY|COMMIT|CALL|DO|CREATE|ALTER|DROP|FOR\s+(?:KEY\s+)?SHARE)\b)/i;

/** Whether a text may write, or lock what others write. Nothing that writes is taken for a read. */
export function mayWrite(text: string): boolean {
  return writing.test(text);
}

function useOf(text: string): Use {
  return mayWrite(text) ? 'write' : 'read';
}
