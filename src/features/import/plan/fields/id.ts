import { maxHistoricalId } from '../entry-columns.js';
import type { FieldKind } from './field-kind.js';
import { typedWhole, wholeNumberProblems } from './number-checks.js';
import { wholeReader } from './number-readers.js';
import { message } from './problem-cases.js';

/** The row's own historical id. */
export const id: FieldKind<{ type: 'id' }> = {
  takes: ({ category }) => category === 'N',
  problems(field, entry) {
    const last = maxHistoricalId(entry);
    const start = `is not below ${entry.startWith}, where the ids of new rows start`;
    const tooNew = `WHEN ${field.staged}::numeric > ${last} THEN ${message(field.label, start)}`;
    return [...wholeNumberProblems(field, { min: 1 }), ...(last === undefined ? [] : [tooNew])];
  },
  reader: ({ target }, entry) =>
    wholeReader(target, { min: 1, max: Number(maxHistoricalId(entry) ?? Infinity) }),
  typedSql: typedWhole,
};
