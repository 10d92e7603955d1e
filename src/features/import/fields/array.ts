import { escaped } from '../copy-rows.js';
import type { ImportFile } from '../import-plan.js';
import { castTest, castable } from './castable.js';
import type { Field, FieldKind } from './field-kind.js';
import type { ElementType, FieldType } from './field-type.js';
import { holdsWholes } from './number-checks.js';
import { says, unless } from './problem-cases.js';

type ArrayType = Extract<FieldType, { type: 'array' }>;

/** The kind that elements are of. */
export type ElementKindOf = (source: ElementType) => FieldKind;

/** Values in braces. */
export function arrayKind(kindOf: ElementKindOf): FieldKind<ArrayType> {
  return {
    takes: ({ element }, { of }) =>
      element !== null && kindOf(of).takes({ ...element, element: null }, of),
    problems: (field, entry) => [
      `WHEN NOT ${castable(field.staged, 'text[]')} THEN ${says(field.label, 'is not an array in braces')}`,
      `ELSE ${elementProblem(kindOf, field, entry)}`,
    ],
    plain(field, entry) {
      const element = kindOf(field.source.of).plain(elementOf(field), entry);
      return (
        element && { read: (text) => (isPlain(text, element.read) ? escaped(text) : undefined) }
      );
    },
    functions: (field) => ({
      ...castTest('text[]'),
      ...kindOf(field.source.of).functions?.(elementOf(field)),
    }),
  };
}

/** An element as a field; the name stands for its text in SQL. */
function elementOf({ source, target, label }: Field<ArrayType>): Field<ElementType> {
  return {
    source: source.of,
    target: { ...target, ...target.element, element: null },
    staged: 'element',
    label: `${label}: an element`,
  };
}

/** SQL of what is wrong with the first bad element; null without one. */
function elementProblem(kindOf: ElementKindOf, field: Field<ArrayType>, entry: ImportFile): string {
  const element = elementOf(field);
  // The cast of an array knows no fractions of zeros.
  const isWhole = unless(element, `NOT LIKE '%.%'`, 'is not a whole number');
  const cases = [
    'WHEN element IS NULL THEN NULL',
    ...(holdsWholes(element.target) ? [isWhole] : []),
    ...kindOf(field.source.of).problems(element, entry),
  ];
  return `(SELECT problem FROM (SELECT CASE ${cases.join(' ')} END AS problem
    FROM unnest(${field.staged}::text[]) element) each WHERE problem IS NOT NULL LIMIT 1)`;
}

/** One level of elements that need no quotes. */
const plainArray = /^\{(?:[^{}",\\\s]+(?:,[^{}",\\\s]+)*)?\}$/;

function isPlain(text: string, read: (element: string) => string | undefined): boolean {
  if (!plainArray.test(text)) return false;
  if (text === '{}') return true;
  // What is read as another text, as `14.0` is, stands in the array as it is.
  const isElement = (element: string) =>
    element.toLowerCase() !== 'null' && read(element) === element;
  return text.slice(1, -1).split(',').every(isElement);
}
