export { lintMigrations } from './lint-migrations.js';
export { lintRules } from './lint-rules.js';
export type { LintRule } from './lint-rules.js';
export { lintText } from './lint-text.js';
export type { TextReport } from './lint-text.js';
export type {
  LintFailure,
  LintFinding,
  LintNote,
  LintOptions,
  LintPlace,
  LintReport,
} from './report.js';
