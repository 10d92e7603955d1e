/** The connection string in a variable; undefined if it is unset. Throws if it is invalid. */
export function databaseUrl(text: string | undefined, name = 'DATABASE_URL'): string | undefined {
  if (!text) return undefined;
  if (/^postgres(?:ql)?:\/\/|^socket:/.test(text)) return text;
  throw new Error(notAConnectionString(name));
}

/** The error for a variable that is not a connection string, with what to write instead. */
export function notAConnectionString(name = 'DATABASE_URL'): string {
  return `${name} is not a connection string. Set it to one such as postgres://user:password@host:5432/database.`;
}
