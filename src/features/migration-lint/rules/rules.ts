import { columnRules } from './columns.js';
import { constraintRules } from './constraints.js';
import { indexRules } from './indexes.js';
import { keyRules } from './keys.js';
import type { SafetyRule } from './rule.js';
import { tableRules } from './tables.js';
import { transactionRules } from './transactions.js';

/** An allow comment that says too little. */
export const allowRule: SafetyRule = {
  name: 'allow-without-reason',
  why: 'An allow comment names a rule and a reason, so that the next reader can judge it.',
  finds: () => false,
  safeForm: () => [
    {
      transaction: true,
      lines: ['// dual-id-lint: allow drop-column because no running code has read it since May'],
    },
  ],
};

/** Every rule, in the order of the documentation. */
export const rules: readonly SafetyRule[] = [
  ...indexRules,
  ...columnRules,
  ...constraintRules,
  ...tableRules,
  ...transactionRules,
  ...keyRules,
  allowRule,
];
