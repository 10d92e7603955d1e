/**
 * The settings under which PostgreSQL reads and writes each value in one way only, whatever a
 * database or a role sets. What a query means beyond that, such as `search_path`, stays theirs.
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

/** The settings as startup options of a connection; later ones of the application's own win. */
export function plainStartupOptions(own: string | undefined): string {
  const plain = Object.entries(plainSettings).map(([name, value]) => `-c ${name}=${value}`);
  return [...plain, ...(own ? [own] : [])].join(' ');
}

/**
 * The settings that a pooler's transactions begin with. The time zone is left out: reads outside
 * of a transaction have the role's, and what the application's SQL makes of it must not differ.
 */
export function plainTransactionSettings(): Readonly<Record<string, string>> {
  const { TimeZone: _, ...settings } = plainSettings;
  return settings;
}

/** The statements that set them for the rest of a transaction. */
export function setLocally(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `SET LOCAL ${name} = ${value}`)
    .join('; ');
}
