/** An identifier, quoted for SQL. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text, quoted for SQL, and read alike whatever the session takes a backslash for. */
export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A body of code, such as that of a function, between quotes that it does not contain itself. */
export function dollarQuoted(body: string): string {
  let quote = '$fn$';
  for (let number = 1; body.includes(quote); number++) quote = `$fn${number}$`;
  return `${quote} ${body} ${quote}`;
}

/** A table's name, quoted for SQL, with its schema where it has one. */
export function quoteTable(table: string, schema?: string): string {
  return schema === undefined
    ? quoteIdentifier(table)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}
