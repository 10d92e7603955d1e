/** Settings of a database that change the text of values, and how texts are read. */
export const oddSettings: Readonly<Record<string, string>> = {
  DateStyle: `'German'`,
  IntervalStyle: `'iso_8601'`,
  TimeZone: `'Asia/Kathmandu'`,
  extra_float_digits: '-10',
  bytea_output: 'escape',
  xmlbinary: 'hex',
  xmloption: 'document',
  array_nulls: 'off',
  standard_conforming_strings: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  gin_fuzzy_search_limit: '1',
  default_transaction_isolation: `'serializable'`,
  default_text_search_config: `'french'`,
  plan_cache_mode: 'force_generic_plan',
  client_encoding: `'LATIN1'`,
  lc_monetary: `'C'`,
  lc_numeric: `'C'`,
  row_security: 'off',
};

/** The statements that give a database settings for all new connections; none resets them. */
export function alterDatabase(
  url: string,
  settings: Readonly<Record<string, string>> = {},
): string[] {
  const name = new URL(url).pathname.slice(1);
  const changes = Object.entries(settings).map(([key, value]) => `SET ${key} = ${value}`);
  return (changes.length > 0 ? changes : ['RESET ALL']).map(
    (change) => `ALTER DATABASE ${name} ${change}`,
  );
}
