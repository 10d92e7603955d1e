/** A row with the values that the next page begins behind, joined by a slash. */
interface PageRow {
  readonly cursor: string;
}

/** The two values of a cursor, none for the first page. */
export function cursorValues(after: string | undefined): string[] {
  return after ? Buffer.from(after, 'base64url').toString().split('/') : [];
}

/** A page of rows of which one more than its limit was read. */
export function pageOf(rows: readonly PageRow[], limit: number) {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? Buffer.from(last.cursor).toString('base64url') : null };
}
