import { rules } from './rules/rules.js';

/** A rule of the lint, in words. */
export interface LintRule {
  readonly name: string;
  /** Why what it finds is unsafe. */
  readonly why: string;
}

/** Every rule. */
export const lintRules: readonly LintRule[] = rules.map(({ name, why }) => ({ name, why }));
