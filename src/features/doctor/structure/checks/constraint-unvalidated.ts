import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import { quotedPath } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';

/** Rows that existed before the constraint may violate it. */
export const constraintUnvalidated: StructureCheck = {
  code: 'constraint_unvalidated',
  finds: 'a constraint that was never checked against the rows that existed before it',
  fix: 'ALTER TABLE <table> VALIDATE CONSTRAINT <constraint>; it locks out no writer.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) =>
      table.constraints
        .filter(({ isValidated }) => !isValidated)
        .map(({ name }) => ({
          place: `${catalog.nameOf(table)} ${name}`,
          problem: 'the constraint is NOT VALID',
          fix: `ALTER TABLE ${quotedPath(table)} VALIDATE CONSTRAINT ${quoteIdentifier(name)}; it locks out no writer.`,
        })),
    ),
};
