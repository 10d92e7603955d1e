/** What is wrong with a query parameter that the route does not have. */
export const unknownParameterFault = 'is not a parameter of this route';

/** What is wrong with a query parameter that may have only one value. */
export const repeatedFault = 'is given more than once';

/** What is wrong with a value that is not among the allowed ones. */
export function choiceFault(values: readonly unknown[]): string {
  return `is not one of ${values.join(', ')}`;
}

/** What is wrong with a value that should be a whole number in a range. */
export function rangeFault(minimum: number | undefined, maximum: number | undefined): string {
  return `is not a whole number from ${minimum} to ${maximum}`;
}

/** What is wrong with a value that should be a text of limited length. */
export function textFault(maxLength: number | undefined): string {
  return `is not a text of 1 to ${maxLength} characters`;
}
