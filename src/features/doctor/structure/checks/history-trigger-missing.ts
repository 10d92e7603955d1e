import { captureTriggers } from '../../../history/schema/capture.js';
import type { CatalogTable } from '../../catalog/catalog.js';
import { quotedPath } from '../../catalog/catalog.js';
import { quoteIdentifier } from '../../../../core/sql/quoting.js';
import type { LoggedRows } from '../../data/logged-rows.js';
import { addHistoryCall } from '../../data/logged-rows.js';
import type { Fault, StructureCheck } from '../structure-check.js';

/** Changes of the table are made that nobody can find in the log. */
export const historyTriggerMissing: StructureCheck = {
  code: 'history_trigger_missing',
  finds: 'a table of the history without one of the triggers that log it, or with one disabled',
  fix: 'Call `addHistory` for the table in a migration, or ALTER TABLE <table> ENABLE TRIGGER <trigger>; then run `dual-id doctor --data` for what was not logged.',
  find: ({ model: { logged } }) =>
    logged.flatMap((one) => (one.table ? faultsOf(one, one.table) : [])),
};

function faultsOf({ name, definition }: LoggedRows, table: CatalogTable): readonly Fault[] {
  const triggers = captureTriggers(definition).map(({ event, trigger }) => ({
    event,
    trigger,
    found: table.triggers.find((one) => one.name === trigger),
  }));
  const gone = triggers.filter(({ found }) => !found);
  const off = triggers.filter(({ found }) => found && !found.isEnabled);
  const enable = off.map(({ trigger }) => `ENABLE TRIGGER ${quoteIdentifier(trigger)}`).join(', ');
  const check = 'then run `dual-id doctor --data` for what was not logged.';
  return [
    ...(gone.length === 0
      ? []
      : [
          {
            place: name,
            problem: `not logged, because a trigger is missing: ${gone.map(({ event }) => event).join(', ')}`,
            fix: `In a migration for ${name}: ${addHistoryCall(definition)}; ${check}`,
          },
        ]),
    ...(off.length === 0
      ? []
      : [
          {
            place: name,
            problem: `not logged, because a trigger is disabled: ${off.map(({ event }) => event).join(', ')}`,
            fix: `ALTER TABLE ${quotedPath(table)} ${enable}; ${check}`,
          },
        ]),
  ];
}
