import type { SchemaChange, Names } from '../change.js';
import type { SafeStep } from './safe-form.js';

/** What is known of a migration at one of its changes. */
export interface Situation {
  /** Whether the migration itself made a table, which nobody uses yet. */
  readonly isNew: (table: string | undefined) => boolean;
  readonly isInTransaction: boolean;
  /** The other changes of the same transaction; none outside of one. */
  readonly transaction: readonly SchemaChange[];
  readonly before: readonly SchemaChange[];
  readonly after: readonly SchemaChange[];
  /** The major version of PostgreSQL. */
  readonly postgres: number;
}

/** A rule: what it finds, why that is unsafe, and what to write instead. */
export interface SafetyRule {
  readonly name: string;
  /** Why it is unsafe, in one sentence. */
  readonly why: string;
  readonly finds: (change: SchemaChange, situation: Situation) => boolean;
  readonly safeForm: (names: Names, postgres: number) => readonly SafeStep[];
  /** Whether a migration gets it at most once. */
  readonly isOnce?: boolean;
}
