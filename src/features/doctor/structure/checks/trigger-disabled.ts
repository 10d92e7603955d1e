import { quotedPath } from '../../catalog/catalog.js';
import type { StructureCheck } from '../structure-check.js';

/** Left over from a bulk load: triggers, and with them foreign keys, that do not run. */
export const triggerDisabled: StructureCheck = {
  code: 'trigger_disabled',
  finds: 'a table with disabled triggers, including those behind foreign keys',
  fix: 'ALTER TABLE <table> ENABLE TRIGGER ALL; then run `dual-id doctor --data` for what they missed.',
  find: ({ model: { catalog } }) =>
    catalog.tables.flatMap((table) => {
      // ENABLE TRIGGER ALL would be too little for the guard of the log, which has its own check.
      const off = table.triggers.filter(({ isEnabled, name }) => {
        return !isEnabled && !(table.schema === 'dual_id' && name === 'changes_kept');
      });
      if (off.length === 0) return [];
      const own = off.filter(({ isInternal }) => !isInternal).map(({ name }) => name);
      const keys = off.length - own.length;
      const what = [...own, ...(keys > 0 ? [`${keys} of foreign keys`] : [])];
      return [
        {
          place: catalog.nameOf(table),
          problem: `disabled: ${what.join(', ')}`,
          fix: `ALTER TABLE ${quotedPath(table)} ENABLE TRIGGER ALL; then run \`dual-id doctor --data\` for what they missed.`,
        },
      ];
    }),
};
