/**
 * The settings under which PostgreSQL reads and writes each value in only one format, whatever a
 * database or a role sets. Settings with other effects on a query, such as `search_path`, remain
 * theirs.
 */
export const plainSettings: Readonly<Record<string, string>> = {
  DateStyle: 'ISO,MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  array_nulls: 'on',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  quote_all_identifiers: 'off',
  gin_fuzzy_search_limit: '0',
};

/** The settings as startup options of a connection; later ones of the application win. */
export function plainStartupOptions(own: string | undefined): string {
  const plain = Object.entries(plainSettings).map(([name, value]) => `-c ${name}=${value}`);
  return [...plain, ...(own ? [own] : [])].join(' ');
}

/**
 * The settings that a pooler's transactions begin with. The time zone is omitted: reads outside a
 * transaction use the role's, and the application's SQL must not give different results.
 */
export function plainTransactionSettings(): Readonly<Record<string, string>> {
  const { TimeZone: _, ...settings } = plainSettings;
  return settings;
}

/** The statements that set them for the rest of a transaction. */
export function setLocalSql(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${value}`)
    .join('; ');
}
