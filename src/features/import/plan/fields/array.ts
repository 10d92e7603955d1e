import { escapedForCopy } from '../copy-text.js';
import type { ImportFile } from '../import-plan.js';
import { castTest, castable } from './castable.js';
import type { PlannedField, FieldKind } from './field-kind.js';
import type { ElementType, FieldType } from './field-type.js';
import { holdsWholes } from './number-checks.js';
import { message, unless } from './problem-cases.js';

type ArrayType = Extract<FieldType, { type: 'array' }>;

/** The kind that elements are of. */
export type ElementKindOf = (source: ElementType) => FieldKind;

/** Values in braces. */
export function arrayKind(kindOf: ElementKindOf): FieldKind<ArrayType> {
  return {
    takes: ({ element }, { of }) =>
      element !== null && kindOf(of).takes({ ...element, element: null }, of),
    problems: (field, entry) => [
      `WHEN NOT ${castable(field.staged, 'text[]')} THEN ${message(field.label, 'is not an array in braces')}`,
      `ELSE ${elementProblem(kindOf, field, entry)}`,
    ],
    reader(field, entry) {
      const element = kindOf(field.source.of).reader(elementOf(field), entry);
      return (
        element && {
          read: (text) => (isSimpleArray(text, element.read) ? escapedForCopy(text) : undefined),
        }
      );
    },
    functions: (field) => ({
      ...castTest('text[]'),
      ...kindOf(field.source.of).functions?.(elementOf(field)),
    }),
  };
}

/** An element as a field; the name stands for its text in SQL. */
function elementOf({ source, target, label }: PlannedField<ArrayType>): PlannedField<ElementType> {
  return {
    source: source.of,
    target: { ...target, ...target.element, element: null },
    staged: 'element',
    label: `${label}: an element`,
  };
}

/** SQL of what is wrong with the first bad element; null without one. */
function elementProblem(
  kindOf: ElementKindOf,
  field: PlannedField<ArrayType>,
  entry: ImportFile,
): string {
  const element = elementOf(field);
  // The cast of an array knows no fractions of zeros.
  const notWhole = unless(element, `NOT LIKE '%.%'`, 'is not a whole number');
  const cases = [
    'WHEN element IS NULL THEN NULL',
    ...(holdsWholes(element.target) ? [notWhole] : []),
    ...kindOf(field.source.of).problems(element, entry),
  ];
  return `(SELECT problem FROM (SELECT CASE ${cases.join(' ')} END AS problem
    FROM unnest(${field.staged}::text[]) element) each WHERE problem IS NOT NULL LIMIT 1)`;
}

/** One level of elements that need no quotes. */
const simpleArray = /^\{(?:[^{}",\\\s]+(?:,[^{}",\\\s]+)*)?\}$/;

function isSimpleArray(text: string, read: (element: string) => string | undefined): boolean {
  if (!simpleArray.test(text)) return false;
  if (text === '{}') return true;
  // An element that is read as another text, such as `14.0`, would keep its own in the array.
  const isElement = (element: string) =>
    element.toLowerCase() !== 'null' && read(element) === element;
  return text.slice(1, -1).split(',').every(isElement);
}
