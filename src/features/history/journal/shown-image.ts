import type { Image } from './image.js';
import type { RecordedField, RecordedView } from './recorded-view.js';
import type { KnownReferences } from './references.js';

/** A view as it was; what the log does not have, or the column's type cannot hold, is null. */
export type Recorded<V> = { -readonly [Property in keyof V]: V[Property] | null };

/** Shows a whole row in the shape of the view. */
export function showImage<V extends object>(
  { viewClass, fields }: RecordedView<V>,
  image: Image,
  known: KnownReferences,
): Recorded<V> {
  const view = new viewClass() as Record<string, unknown>;
  for (const field of fields) view[field.property] = valueOf(field, image, known);
  return view as Recorded<V>;
}

/** Shows the properties whose columns an image has. */
export function showPart<V extends object>(
  { fields }: RecordedView<V>,
  image: Image | null,
  known: KnownReferences,
): Partial<Recorded<V>> | null {
  if (image === null) return null;
  const shown = fields.filter(({ column }) => column.databaseName in image);
  return Object.fromEntries(
    shown.map((field) => [field.property, valueOf(field, image, known)]),
  ) as Partial<Recorded<V>>;
}

function valueOf(field: RecordedField, image: Image, known: KnownReferences): unknown {
  const json = image[field.column.databaseName];
  if (json === undefined || json === 'null') return null;
  return field.target ? (known.get(field)?.get(json) ?? null) : field.read(json);
}
