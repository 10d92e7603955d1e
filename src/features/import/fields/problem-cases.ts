import { quoteText } from '../../../core/schema/names.js';
import type { Field } from './field-kind.js';

/** What a reason needs of a field. */
export type Named = Pick<Field, 'staged' | 'label'>;

/** The case of a field that does not meet a condition, which follows its text in SQL. */
export function unless({ staged, label }: Named, condition: string, problem: string): string {
  return `WHEN (${staged} ${condition}) IS NOT TRUE THEN ${says(label, problem)}`;
}

/** The least and the most that a number may be. */
export interface Range {
  readonly from: number | bigint | undefined;
  readonly to: number | bigint | undefined;
}

/** The cases of a number that is too small or too large. */
export function outside({ staged, label }: Named, { from, to }: Range): string[] {
  const below = `WHEN ${staged}::numeric < ${from} THEN ${says(label, `is below ${from}`)}`;
  const above = `WHEN ${staged}::numeric > ${to} THEN ${says(label, `is above ${to}`)}`;
  return [...(from === undefined ? [] : [below]), ...(to === undefined ? [] : [above])];
}

/** A reason, as SQL. */
export function says(label: string, problem: string): string {
  return quoteText(`${label} ${problem}`);
}
