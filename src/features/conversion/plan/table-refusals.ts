import type { FoundTable, FoundTrigger } from '../catalog/facts.js';
import { conversionSchema } from '../../../core/schema/converting.js';
import { sqlTable } from '../steps/names.js';
import { libraryRefusals } from './library-triggers.js';
import { whereTrue } from './refused-note.js';

/** Why no conversion works on a table, whatever its key. */
export function tableRefusals(
  facts: FoundTable,
  { keepsKey }: { readonly keepsKey: boolean },
): string[] {
  return [
    ...kindRefusals(facts),
    ...rightRefusals(facts),
    ...libraryRefusals(facts, keepsKey),
    ...triggerRefusals(facts),
  ];
}

function kindRefusals({ table, kind, ...facts }: FoundTable): string[] {
  const name = sqlTable(table);
  const isPart = facts.isPartition || (facts.hasChildren && kind === 'r');
  const isLibrary = table.schema === 'dual_id' || table.schema === conversionSchema;
  return whereTrue(
    [kind !== 'r', `${name} is ${kindNames[kind] ?? 'no table'}. ${kindWayOut(kind)}`],
    [isPart, `${name} is a part of another table, or has parts. Detach them, and convert each.`],
    [facts.isTemporary, `${name} is temporary. Convert a table that stays.`],
    [facts.isTyped, `${name} is made of a type. Free it first: ALTER TABLE ${name} NOT OF.`],
    [isLibrary, `${name} is a table of this library. Convert tables of the application.`],
  );
}

const kindNames: Readonly<Record<string, string>> = {
  p: 'a partitioned table',
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
};

function kindWayOut(kind: string): string {
  return kind === 'p'
    ? 'Its key contains the columns by which it is partitioned; give each partition a key of its own, detach them and convert them.'
    : 'Convert the table behind it.';
}

function rightRefusals({ table, kind, isOwned, isForced, mayCreate }: FoundTable): string[] {
  const name = sqlTable(table);
  return whereTrue(
    [!isOwned, `${name} belongs to another role. Connect as its owner.`],
    [isForced, `The policies of ${name} hold for its owner. Connect as a role with BYPASSRLS.`],
    [
      kind === 'r' && !mayCreate.inSchema,
      `This role may not create indexes in the schema of ${name}. Grant it CREATE on the schema ${table.schema}.`,
    ],
    [
      !mayCreate.inDatabase,
      `This role may not create the schema ${conversionSchema}, in which conversions keep how far they are. Grant it CREATE on the database.`,
    ],
  );
}

function triggerRefusals({ table, triggers, updateRules }: FoundTable): string[] {
  const name = sqlTable(table);
  const other = triggers.find((one) => one.functionSchema === conversionSchema);
  const last = triggers.filter(({ comesLast }) => comesLast);
  return [
    ...whereTrue(
      [
        other !== undefined,
        `${name} takes part in another conversion. Contract that one, or roll it back, first.`,
      ],
      [
        updateRules.length > 0,
        `The rule ${updateRules[0]} of ${name} stands in for updates. Make it a trigger.`,
      ],
    ),
    ...triggers.flatMap(({ name: trigger, copiesRows }) =>
      copiesRows
        ? `The function of the trigger ${trigger} of ${name} copies whole rows (NEW.*), and fails once the table has another column. Let it name the columns.`
        : [],
    ),
    ...last.map((trigger: FoundTrigger) => {
      const rename = `ALTER TRIGGER ... RENAME TO`;
      return `The trigger ${trigger.name} of ${name} fires after those of the conversion, and may change what they have seen. Give it a name before "zz_dual_id": ${rename}.`;
    }),
  ];
}
