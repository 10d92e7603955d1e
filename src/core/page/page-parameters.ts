import type { ScopedPageRequest } from './page.js';

/** A value of a page's statement: where it comes from, and its SQL type if certain. */
export interface PageParameter {
  readonly valueOf: (request: ScopedPageRequest, after: readonly (string | null)[]) => unknown;
  readonly type: string | undefined;
}

/** How a statement refers to its values: by the position of the parameter, from 1. */
export type Spelling = (position: number, type: string | undefined) => string;

/** `$1`: every value is its own parameter. */
export const positional: Spelling = (position) => `$${position}`;

/** The parameters of a statement under construction. */
export class PageParameters {
  readonly list: PageParameter[] = [];

  constructor(private readonly spell: Spelling) {}

  /** Appends a parameter and returns its placeholder. */
  add(valueOf: PageParameter['valueOf'], type?: string): string {
    return this.spell(this.list.push({ valueOf, type }), type);
  }
}

/** The values of one request, in the order of the parameters. */
export function pageValuesOf(
  parameters: readonly PageParameter[],
  request: ScopedPageRequest,
  after: readonly (string | null)[] = [],
): unknown[] {
  return parameters.map(({ valueOf }) => valueOf(request, after));
}
