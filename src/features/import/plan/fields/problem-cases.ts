import { quoteText } from '../../../../core/sql/quoting.js';
import type { PlannedField } from './field-kind.js';

/** The parts of a field that a reason is made of. */
export type NamedField = Pick<PlannedField, 'staged' | 'label'>;

/** The case of a field that does not meet a condition, which follows its text in SQL. */
export function unless({ staged, label }: NamedField, condition: string, problem: string): string {
  return `WHEN (${staged} ${condition}) IS NOT TRUE THEN ${message(label, problem)}`;
}

/** The minimum and the maximum of a number. */
export interface NumberRange {
  readonly min: number | bigint | undefined;
  readonly max: number | bigint | undefined;
}

/** The cases of a number that is too small or too large. */
export function outsideRange({ staged, label }: NamedField, { min, max }: NumberRange): string[] {
  const below = `WHEN ${staged}::numeric < ${min} THEN ${message(label, `is below ${min}`)}`;
  const above = `WHEN ${staged}::numeric > ${max} THEN ${message(label, `is above ${max}`)}`;
  return [...(min === undefined ? [] : [below]), ...(max === undefined ? [] : [above])];
}

/** A reason, as SQL. */
export function message(label: string, problem: string): string {
  return quoteText(`${label} ${problem}`);
}
