import { quoteIdentifier } from '../../../../core/schema/names.js';
import { sqlOf } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';

/** Rows that were there before the constraint may break it. */
export const constraintUnvalidated: StructureCheck = {
  code: 'constraint_unvalidated',
  finds: 'a constraint that was never checked against the rows that were there before it',
  cure: 'ALTER TABLE <table> VALIDATE CONSTRAINT <constraint>; it locks out no writer.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) =>
      table.constraints
        .filter(({ isValidated }) => !isValidated)
        .map(({ name }) => ({
          place: `${catalog.nameOf(table)} ${name}`,
          problem: 'the constraint is NOT VALID',
          cure: `ALTER TABLE ${sqlOf(table)} VALIDATE CONSTRAINT ${quoteIdentifier(name)}; it locks out no writer.`,
        })),
    ),
};
