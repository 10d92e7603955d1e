/** What a page shows of the rows that were read, and the row at which the next page continues. */
interface PageCut<Row> {
  readonly shown: readonly Row[];
  /** The last row shown if there are more; undefined on the last page. */
  readonly last: Row | undefined;
}

/** Cuts a page from rows that were read with a limit of one more than the page holds. */
export function cutPage<Row>(rows: readonly Row[], limit: number): PageCut<Row> {
  const shown = rows.slice(0, limit);
  return { shown, last: rows.length > limit ? shown.at(-1) : undefined };
}
