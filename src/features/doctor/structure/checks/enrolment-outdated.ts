import { enrolmentUp } from '../../../../core/schema/enrolment.js';
import { constraintName } from '../../../../core/sql/constraint-name.js';
import type { IdTable } from '../../data/data-model.js';
import type { StructureCheck } from '../structure-check.js';
import { addDualIdCall } from '../structure-check.js';

/** The triggers follow other columns than the entity declares. */
export const enrolmentOutdated: StructureCheck = {
  code: 'enrolment_outdated',
  finds: 'an enrolment trigger that does not follow what the entity declares',
  fix: 'Call `addDualId` for the table in a migration, with the columns the entity declares.',
  find: ({ model: { enrolled } }) =>
    enrolled.flatMap((table) => {
      const wrong = outdated(table);
      if (wrong.length === 0) return [];
      const problem = `not as the entity declares it: ${wrong.join(', ')}`;
      return [{ place: table.name, problem, fix: addDualIdCall(table) }];
    }),
};

/** What `addDualId` would write today is what the database should have. */
function outdated({ spec, quoted, table }: IdTable): string[] {
  const bodies = enrolmentUp(spec, quoted).flatMap((sql) => {
    return /\$fn\$([^]*)\$fn\$/.exec(sql)?.[1] ?? [];
  });
  const wanted = new Set(bodies.map(squeezed));
  const suffixes = ['enrol', 'entomb', 'clear', 'name', 'retire'];
  const own = table.triggers.filter(({ name }) =>
    suffixes.some((suffix) => name === constraintName(spec.table, suffix)),
  );
  const strange = own.filter(({ functionBody }) => !wanted.has(squeezed(functionBody)));
  const callers = own.filter(({ isDefiner }) => !isDefiner);
  const has = (suffix: string) =>
    own.some(({ name }) => name === constraintName(spec.table, suffix));
  const isNamed = (spec.namedBy ?? []).length > 0;
  return [
    ...strange.map(({ name }) => name),
    ...(callers.length > 0 ? ['a role that may write the table alone cannot'] : []),
    ...(isNamed && !has('name') ? ['no trigger follows the name'] : []),
    ...(spec.deletedAt !== undefined && !has('retire') ? ['no trigger follows the deletion'] : []),
  ];
}

function squeezed(sql: string): string {
  return sql.replaceAll('"', '').replaceAll(/\s+/g, ' ').trim();
}
