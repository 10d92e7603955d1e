/** The columns of a row as the log keeps them: names in the database, values as JSON text. */
export type Image = Readonly<Record<string, string>>;

/** From when on the log kept a table in one way; `renamed` says what older images call a column. */
export interface Era {
  /** The last change before it. */
  readonly after: string;
  readonly keep: string;
  readonly renamed?: Readonly<Record<string, string>>;
}

/** What the log says of a table, as far as its images are read by it. */
export interface LoggedAs {
  readonly keep: string;
  readonly keyColumns: readonly string[];
  readonly eras: readonly Era[];
  /** Columns that are computed when they are read: an image has no value of them, or a null. */
  readonly virtual: readonly string[];
  /** Columns whose values the log does not keep, by the names they have today. */
  readonly withheld: readonly string[];
}

/** SQL that reads an image as text of JSON: an object of JSON texts, which keep all digits. */
export function imageText(image: string): string {
  return `CASE WHEN ${image} IS NOT NULL THEN coalesce(
    (SELECT jsonb_object_agg(e.key, e.value::text) FROM jsonb_each(${image}) e), '{}')::text END`;
}

/** An image under the names that its columns have today. */
export function readImage(text: string | null, changeId: string, table: LoggedAs): Image | null {
  if (text === null) return null;
  const image = JSON.parse(text) as Record<string, string>;
  const later = table.eras.filter(({ after }) => BigInt(changeId) <= BigInt(after));
  const named = later.reduce((read, { renamed }) => underNewNames(read, renamed), image);
  for (const column of table.virtual) delete named[column];
  return named;
}

/** Whether an image shows all columns: no change is one of the key. */
export function isWholeImage(image: Image, { keyColumns }: LoggedAs): boolean {
  return keyColumns.every((column) => column in image);
}

/** How the log kept the table when a change was made. */
export function keptAt(changeId: string, { eras, keep }: LoggedAs): string {
  const begun = eras.filter(({ after }) => BigInt(after) < BigInt(changeId));
  return begun.at(-1)?.keep ?? eras[0]?.keep ?? keep;
}

function underNewNames(
  image: Record<string, string>,
  renamed: Era['renamed'] = {},
): Record<string, string> {
  const entries = Object.entries(image);
  // Between the renaming and its migration call an image may have the new name already.
  return Object.fromEntries([
    ...entries.flatMap(([name, value]) => {
      const newName = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
      return newName === undefined ? [] : [[newName, value]];
    }),
    ...entries.filter(([name]) => !Object.hasOwn(renamed, name)),
  ]) as Record<string, string>;
}
