import type { SchemaChange } from './change.js';

/** A migration as it was read from a file. */
export interface Migration {
  /** The name of its class; empty for a file of SQL. */
  readonly name: string;
  /** Whether it begins within a transaction. */
  readonly isInTransaction: boolean;
  readonly changes: readonly SchemaChange[];
}
