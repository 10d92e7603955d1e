import { sqlOf } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';

/** Left from a load: triggers, and with them foreign keys, that do not run. */
export const triggerDisabled: StructureCheck = {
  code: 'trigger_disabled',
  finds: 'a table with triggers, those behind foreign keys among them, that are switched off',
  cure: 'ALTER TABLE <table> ENABLE TRIGGER ALL; then run `dual-id doctor --data` for what they missed.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) => {
      const off = table.triggers.filter(({ isEnabled }) => !isEnabled);
      if (off.length === 0) return [];
      const own = off.filter(({ isInternal }) => !isInternal).map(({ name }) => name);
      const keys = off.length - own.length;
      const what = [...own, ...(keys > 0 ? [`${keys} of foreign keys`] : [])];
      return [
        {
          place: catalog.nameOf(table),
          problem: `switched off: ${what.join(', ')}`,
          cure: `ALTER TABLE ${sqlOf(table)} ENABLE TRIGGER ALL; then run \`dual-id doctor --data\` for what they missed.`,
        },
      ];
    }),
};
