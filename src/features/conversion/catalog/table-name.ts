/** The name by which conversions call a table that a person wrote: `public.orders`. */
export function fullTableName(written: string): string {
  const [schema, name] = splitTableName(written);
  return `${schema ?? 'public'}.${name}`;
}

/** `sales.orders`, `"Order Lines"` or `public."Order"` in its parts. */
export function splitTableName(written: string): [string | null, string] {
  const parts = [...written.matchAll(/"((?:[^"]|"")+)"|([^."]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  );
  return parts.length > 1 ? [parts[0]!, parts.slice(1).join('.')] : [null, parts[0] ?? written];
}
